import { link, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { conditionFailed, type FileCondition, FileStoreError } from "@plinth/core";
import { entryHead } from "./disk-entry.ts";
import { codeOf, disk, unlessMissing } from "./disk-errors.ts";
import { inFolderOf, removeEmpty, syncFolder } from "./disk-folders.ts";
import type { DiskLayout } from "./disk-layout.ts";
import type { KeyLock, LockedRun } from "./disk-lock.ts";

/** Does work with a new draft. What the work leaves of it where it fails is removed. */
export async function withDraft<T>(layout: DiskLayout, work: (draft: string) => Promise<T>): Promise<T> {
  const draft = layout.newDraft();
  try {
    return await work(draft);
  } catch (error) {
    await removeDraft(draft);
    throw error;
  }
}

export interface Draft {
  readonly draft: string;
  readonly key: string;
  readonly condition: FileCondition | undefined;
  /** Called directly before the sync of the folder. */
  readonly arrived?: (() => void) | undefined;
}

/** Makes a draft, which is on the disk, the file of a key, and waits until that is on the disk too. Then the draft is gone. */
export async function publishDraft(
  layout: DiskLayout,
  locked: LockedRun,
  { draft, key, condition, arrived }: Draft,
): Promise<void> {
  const path = layout.fileOf(key);
  const etag = condition && "etag" in condition ? condition.etag : undefined;
  const mustBeNew = condition !== undefined && "absent" in condition;
  const isNew = etag === undefined && (await inFolderOf(path, () => linkNew(draft, path, mustBeNew)));
  if (!isNew && mustBeNew) throw conditionFailed(key);
  if (!isNew) await locked(key, (lock) => inFolderOf(path, () => replace({ draft, path, key, lock, etag })));
  arrived?.();
  // It has kept its name where it was linked, and where it was a copy of that file.
  await Promise.all([syncFolder(dirname(path)), removeDraft(draft)]);
}

/**
 * A second name for a file is refused where there is one already, by the file system itself. So a new file needs no lock: who replaces or removes one
 * has found it there.
 */
async function linkNew(draft: string, path: string, mustBeNew: boolean): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") throw error;
    if (code === "EEXIST") return false;
    // A draft that is a copy may have all the names that it can have. It can still be moved.
    if (code === "EMLINK" && !mustBeNew) return false;
    return disk(Promise.reject(error));
  }
}

interface Replacement {
  readonly draft: string;
  readonly path: string;
  readonly key: string;
  readonly lock: KeyLock;
  readonly etag: string | undefined;
}

async function replace({ draft, path, key, lock, etag }: Replacement): Promise<void> {
  if (etag !== undefined && (await entryHead(path))?.etag !== etag) throw conditionFailed(key);
  lock.require();
  try {
    await rename(draft, path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw error;
    await disk(Promise.reject(error));
  }
}

async function removeDraft(draft: string): Promise<void> {
  await disk(unlessMissing(unlink(draft), undefined));
}

/** Removes files, and the folders that become empty. */
export async function removeFiles(layout: DiskLayout, locked: LockedRun, keys: readonly string[]): Promise<void> {
  const folders = new Set<string>();
  for (const key of keys) {
    const path = layout.fileOf(key);
    await locked(key, async (lock) => {
      lock.require();
      await disk(unlessMissing(unlink(path), undefined));
    });
    folders.add(dirname(path));
  }
  for (const folder of folders) {
    await syncFolder(folder);
    await removeEmpty(folder, layout.files);
  }
}

/** Makes a draft that is a copy: another name for the same bytes, which no write changes. False: they are not there. */
export async function linkDraft(path: string, draft: string): Promise<boolean> {
  try {
    await link(path, draft);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return false;
    if (code === "EMLINK") throw new FileStoreError("unavailable", "the file system allows no more copies of the file");
    return disk(Promise.reject(error));
  }
}
