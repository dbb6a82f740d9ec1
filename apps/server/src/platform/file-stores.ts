import type { R2BucketLike } from "@plinth/adapters-cloudflare";
import type { FileStore } from "@plinth/core";
import type { FilePlace } from "../config-files.ts";

/**
 * The store of files that the settings name, else the bucket that the host has bound as `FILES`. Undefined: there is none.
 * Its adapter is loaded when it is opened.
 */
export async function openFileStore(
  place: FilePlace | undefined,
  bound?: R2BucketLike | undefined,
): Promise<FileStore | undefined> {
  if (place?.kind === "s3") {
    const { s3FileStore } = await import("@plinth/adapters-s3");
    return s3FileStore(place);
  }
  if (place?.kind === "folder") {
    const { diskFileStore } = await import("@plinth/adapters-files");
    return diskFileStore(place);
  }
  if (!bound) return undefined;
  const { r2FileStore } = await import("@plinth/adapters-cloudflare");
  return r2FileStore({ bucket: bound });
}
