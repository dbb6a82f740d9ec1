/**
 * One writer of a key at a time, among all processes that use the folder. A lock is a symbolic link whose target names its
 * holder: made in one step, with its content, or not at all.
 */
import { readlink, symlink, unlink } from "node:fs/promises";
import { FileStoreError } from "@plinth/core";
import { codeOf, disk, unlessMissing } from "./disk-errors.ts";

/** Work under a lock takes milliseconds. A holder that is seen for longer was killed. */
const GONE_MS = 10_000;
/** From then on a holder may not write: another one may have taken its place. */
const HELD_MS = 5000;
const PAUSE_MS = 5;

export interface KeyLock {
  /** Throws where the lock has been held for too long. Called directly before a write. */
  require(): void;
}

export type LockedRun = <T>(name: string, work: (lock: KeyLock) => Promise<T>) => Promise<T>;

/** `pathOf`: of the lock of that name. */
export function diskLocks(pathOf: (name: string) => string): LockedRun {
  /** Within this process each waits for the one before, without looking. */
  const queues = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = queues.get(name);
    const run = (before ?? Promise.resolve()).catch(() => undefined).then(() => holding(pathOf(name), work));
    queues.set(name, run);
    try {
      return await run;
    } finally {
      if (queues.get(name) === run) queues.delete(name);
    }
  };
}

async function holding<T>(path: string, work: (lock: KeyLock) => Promise<T>): Promise<T> {
  const own = crypto.randomUUID();
  await take(path, own);
  const since = performance.now();
  const inTime = () => performance.now() - since <= HELD_MS;
  try {
    return await work({
      require() {
        if (!inTime()) throw new FileStoreError("unavailable", "the file system took too long for a write");
      },
    });
  } finally {
    // One that was held for too long may be another's by now, and is taken away in any case.
    if (inTime()) await unlink(path).catch(() => undefined);
  }
}

async function take(path: string, own: string): Promise<void> {
  let seen: { readonly holder: string | undefined; readonly since: number } | undefined;
  while (!(await created(path, own))) {
    const holder = await holderOf(path);
    const now = performance.now();
    if (holder === undefined || holder !== seen?.holder) seen = { holder, since: now };
    else if (now - seen.since > GONE_MS) await takeAway(path, holder);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (1 + Math.random())));
  }
}

async function created(path: string, own: string): Promise<boolean> {
  try {
    await symlink(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    return disk(Promise.reject(error));
  }
}

function holderOf(path: string): Promise<string | undefined> {
  return disk(unlessMissing(readlink(path), undefined));
}

/** Nobody but its holder, who is gone, and who holds this second lock can remove a lock: so it is still the one of `gone`. */
async function takeAway(path: string, gone: string): Promise<void> {
  await holding(`${path}~`, async (lock) => {
    if ((await holderOf(path)) !== gone) return;
    lock.require();
    await unlink(path).catch(() => undefined);
  });
}
