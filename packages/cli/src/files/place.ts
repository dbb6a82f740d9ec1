import { usage } from "../errors.ts";
import { encoded } from "../request-command.ts";

/** What stands for the standard output where a file is expected. */
export const STDOUT = "-";

/** A file or a folder on the server. */
export interface BucketPath {
  readonly bucket: string;
  /** Empty: the whole bucket. */
  readonly path: string;
  /** It ended with a `/`, so a folder is meant. */
  readonly isFolder: boolean;
}

/** `photos/2026/cat.png`: the bucket, and the path in it. */
export function placeOf(text: string): BucketPath {
  const at = text.indexOf("/");
  const bucket = at < 0 ? text : text.slice(0, at);
  const path = at < 0 ? "" : text.slice(at + 1);
  if (bucket === "") throw usage(`"${text}" names no bucket; write it as photos/2026/cat.png`);
  return { bucket, path: path.replace(/\/$/, ""), isFolder: path === "" || path.endsWith("/") };
}

/** A place that must be a file. */
export function filePlaceOf(text: string): BucketPath {
  const place = placeOf(text);
  if (!place.isFolder) return place;
  throw usage(`"${text}" is a folder; name a file, such as ${place.bucket}/cat.png, or add --recursive`);
}

export const apiPathOf = ({ bucket, path }: Pick<BucketPath, "bucket" | "path">): string =>
  `/api/files/${encoded(bucket)}/${path.split("/").map(encoded).join("/")}`;

export const shownPlace = ({ bucket, path }: Pick<BucketPath, "bucket" | "path">): string => `${bucket}/${path}`;

/** The name within a folder, or the folder's place itself where the name is empty. */
export const joined = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);
