// The folder of a run, in which its tests make all of theirs. In memory, where there is plenty: most of what tests write are
// databases that live for seconds. Not in /dev/shm, where Deno writes only with all permissions.
import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PREFIX = "plinth-test-";
/** A run writes a few GB, beside the memory of its processes. It may fill half of what is free. */
const LEAST_MEMORY = 16 * 2 ** 30;
/** Postgres runs as a user of its own, and goes through this folder to its files. */
const PASSABLE = 0o711;

export interface WorkFolder {
  readonly path: string;
  /** The programs of the run find it as the folder for temporary files, and beside it one for what people look at later. */
  readonly env: { readonly TMPDIR?: string; readonly PLINTH_TEST_KEPT?: string };
  remove(): void;
}

/** `memory`: the bytes that nobody uses. In memory the folder can be only where this user may mount one. */
export function makeWorkFolder(parent = tmpdir(), memory = availableMemory()): WorkFolder {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    // What a killed run has left: nobody else would give the memory back.
    if (pid && !isRunning(Number(pid)) && isOwn(path.join(parent, name))) remove(path.join(parent, name));
  }
  const folder = mkdtempSync(path.join(parent, `${PREFIX}${process.pid}-`));
  const mounted = memory >= LEAST_MEMORY && mount(folder, memory / 2);
  chmodSync(folder, PASSABLE);
  const env = mounted ? { TMPDIR: folder, PLINTH_TEST_KEPT: parent } : {};
  return { path: folder, env, remove: () => remove(folder) };
}

function mount(folder: string, bytes: number): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${Math.floor(bytes)}`, "tmpfs", folder]).status === 0;
}

function remove(folder: string): void {
  // Also where a process still uses it. On one that is not mounted it does nothing.
  spawnSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true, force: true });
}

/** 0 where the system does not say. */
function availableMemory(): number {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Anybody may make a link of that name. */
function isOwn(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
