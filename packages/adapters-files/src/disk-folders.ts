/** Folders that come and go with the files in them, and whose entries survive a power cut. */
import { mkdir, open, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { FileStoreError } from "@plinth/core";
import { codeOf, disk, unlessMissing } from "./disk-errors.ts";

/** Who deletes the last file of a folder removes it, perhaps between two steps of somebody who needs it. */
const ATTEMPTS = 100;
/** Only their owner may enter them. */
const MODE = 0o700;

export async function isThere(path: string): Promise<boolean> {
  return (await disk(unlessMissing(stat(path), undefined))) !== undefined;
}

export async function makeFolder(path: string): Promise<void> {
  const first = await disk(mkdir(path, { recursive: true, mode: MODE }));
  if (first === undefined) return;
  // Each new entry is in the folder above.
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await syncFolder(dirname(folder));
}

/** Does what fails with ENOENT where the folder of `path` is not there, in that folder. */
export async function inFolderOf<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await makeFolder(dirname(path));
    try {
      return await work();
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
  throw new FileStoreError("unavailable", "the folder is removed again and again");
}

export async function syncFolder(path: string): Promise<void> {
  const handle = await disk(unlessMissing(open(path, "r"), undefined));
  if (!handle) return;
  try {
    await disk(handle.sync());
  } finally {
    await handle.close();
  }
}

/** Removes a folder and those above it, as far as they are empty and below `root`. */
export async function removeEmpty(path: string, root: string): Promise<void> {
  for (let folder = path; folder.length > root.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      // It has files, or somebody else has removed it.
      return;
    }
  }
}
