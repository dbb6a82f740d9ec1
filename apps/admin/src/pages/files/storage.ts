import { type BucketFiles, type FileEntry, type Files, type FolderEntry, files } from "@plinth/client/files";
import { useMemo } from "react";
import { API_URL, SAME_ORIGIN } from "../../api/config.ts";
import { useWorkspace } from "../../api/workspace.ts";

export type Entry = FolderEntry | FileEntry;

/** What writes of files make old. */
export const CHANGED_BY_FILES = ["folders", "items"] as const;

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
export function downloadAddress(bucket: BucketFiles, path: string): string | undefined {
  if (!SAME_ORIGIN) return undefined;
  const api = new URL("api/", API_URL.endsWith("/") ? API_URL : `${API_URL}/`).href;
  return bucket.url(path, { download: true }).replace(api, `${api}operator/`);
}

export const pathIn = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
