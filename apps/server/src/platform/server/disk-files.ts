import type { FileStore, HasFiles } from "@plinth/core";

/** Apart from the other stores: bundles of hosts without a disk leave its adapter out. */
export async function openFolder(
  folder: string,
  hasFiles: HasFiles,
  blobOf?: (path: string) => Blob | undefined,
): Promise<FileStore> {
  const { diskFileStore } = await import("@plinth/adapters-files");
  return diskFileStore({ folder, hasFiles, blobOf });
}
