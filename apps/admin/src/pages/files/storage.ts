import { type BucketFiles, type FileEntry, type Files, type FolderEntry, files } from "@plinth/client/files";
import { useMemo } from "react";
import { API_URL, SAME_ORIGIN } from "../../api/config.ts";
import { useWorkspace } from "../../api/workspace.ts";

export type Entry = FolderEntry | FileEntry;

/** What writes of files make old. */
export const CHANGED_BY_FILES = ["folders", "items", "file-versions"] as const;

/** The files of the workspace, always as the operator. */
export function useStorage(): Files {
  const { client } = useWorkspace();
  return useMemo(() => files(client), [client]);
}

export function useBucketFiles(bucket: string): BucketFiles {
  const storage = useStorage();
  return useMemo(() => storage.bucket(bucket), [storage, bucket]);
}

/** Where the browser itself can fetch a file to save it; undefined where the API is on another origin, which gets no cookie. */
export function downloadAddress(bucket: BucketFiles, path: string, version?: string): string | undefined {
  const address = new URL(bucket.url(path, { download: true }));
  if (version !== undefined) address.searchParams.set("version", version);
  return ofOperator(address.href);
}

/** The same for a folder, or with an empty path a whole bucket, as a zip archive. */
export function zipAddress(workspace: string, bucket: string, folder: string): string | undefined {
  const query = folder === "" ? "" : `?${new URLSearchParams({ prefix: folder })}`;
  return ofOperator(`${API}t/${workspace}/folders/${encodeURIComponent(bucket)}/zip${query}`);
}

const API = new URL("api/", API_URL.endsWith("/") ? API_URL : `${API_URL}/`).href;

function ofOperator(address: string): string | undefined {
  return SAME_ORIGIN ? address.replace(API, `${API}operator/`) : undefined;
}

/** The browser fetches it by itself, whatever its size. */
export function browse(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

export const pathIn = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** As a part of an address. */
export const encodedPath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
