import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

/** A holder on another machine says this often that it is there. */
const BEAT_MS = 5000;
/** One that has said nothing for longer is gone. */
const GONE_MS = 30_000;
/** Others may take over a lock at the same moment. */
const ATTEMPTS = 10;

interface Holder {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

/** One program writes at a time. */
export interface LockFile {
  /** Throws where another program has taken the lock, because this one seemed to be gone. */
  require(): Promise<void>;
  release(): Promise<void>;
}

/** The locks of this process: its own number says nothing about a holder that has the same. */
const held = new Set<string>();

/** @throws where another program that runs holds it. */
export async function lockFile(path: string): Promise<LockFile> {
  const own: Holder = { id: randomUUID(), pid: process.pid, host: hostname() };
  for (let attempt = 0; !(await created(path, own)); attempt++) {
    const holder = await holderOf(path);
    if (!holder) continue;
    if (attempt >= ATTEMPTS || (await isThere(path, holder))) throw inUse(path, holder);
    await takeAway(path, holder);
  }
  held.add(own.id);
  const beat = setInterval(() => void touch(path), BEAT_MS);
  beat.unref();
  return {
    async require() {
      if ((await holderOf(path))?.id === own.id) return;
      throw new Error(
        `fileStore: another program has taken ${path}, because this one had stopped for a while. Open the store again.`,
      );
    },
    async release() {
      clearInterval(beat);
      held.delete(own.id);
      if ((await holderOf(path))?.id === own.id) await rm(path, { force: true });
    },
  };
}

/** With its content at once: a lock without a holder would belong to nobody. */
async function created(path: string, holder: Holder): Promise<boolean> {
  const unfinished = `${path}.${holder.id}`;
  await writeFile(unfinished, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(unfinished, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // Some file systems have no links.
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return createdAlone(path, holder);
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function createdAlone(path: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(path, "wx", 0o600);
    await handle.writeFile(JSON.stringify(holder));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined: there is no lock any more. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return { id: "", pid: 0, host: "" };
    throw error;
  }
}

async function isThere(path: string, { id, pid, host }: Holder): Promise<boolean> {
  if (host !== hostname()) return (await sinceBeat(path)) < GONE_MS;
  if (pid === process.pid) return held.has(id);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It belongs to another user of the machine.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function sinceBeat(path: string): Promise<number> {
  return Date.now() - (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/** Takes the lock of a holder that is gone, and no other: another program may have taken its place meanwhile. */
async function takeAway(path: string, gone: Holder): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = await holderOf(aside);
  // Back, unless there is another one already: then its holder notices with its next write.
  if (moved?.id !== gone.id) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function inUse(path: string, { pid, host }: Holder): Error {
  return new Error(
    `fileStore: another program has opened ${path.replace(/\.lock$/, "")} (process ${pid} on ${host}). One at a time can: end it, or give each its own folder.`,
  );
}
