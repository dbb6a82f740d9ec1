/** Folders that come and go with the files in them, and whose entries survive a power cut. */
import { mkdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FileStoreError } from "@plinth/core";
import { codeOf, disk, unlessMissing } from "./disk-errors.ts";
import { gatherWrites } from "./disk-gather.ts";
import { folderToDisk } from "./disk-small.ts";

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
    // It is there most times.
    if (attempt > 0) await makeFolder(dirname(path));
    try {
      return await work();
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
  throw new FileStoreError("unavailable", "the folder is removed again and again");
}

/** By path: the sync that runs, and the one that is to begin. Of the process, as the folders are the machine's. */
const running = new Map<string, Promise<void>>();
const next = new Map<string, Promise<void>>();

/**
 * What was done in the folder is on the disk then. Those who ask in one turn of the event loop, or while a sync runs, which may have begun too early for
 * them, share the next one.
 */
export function syncFolder(path: string): Promise<void> {
  const known = next.get(path);
  if (known) return known;
  const sync = beginNext(path);
  next.set(path, sync);
  return sync;
}

async function beginNext(path: string): Promise<void> {
  await running.get(path)?.catch(() => undefined);
  await nextTurn();
  await gatherWrites(path);
  next.delete(path);
  const sync = syncNow(path);
  running.set(path, sync);
  try {
    await sync;
  } finally {
    if (running.get(path) === sync) running.delete(path);
  }
}

const syncNow = (path: string): Promise<void> => disk(unlessMissing(folderToDisk(path), undefined));

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
