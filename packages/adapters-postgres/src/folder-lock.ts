/** Locks a folder for one process: a file in it names the process, and is valid as long as that one lives. */
import { linkSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DataError } from "@plinth/core";

const NAME = "plinth.lock";
/** Several may find the same stale file; all but one of them lose, and check again. */
const TRIES = 20;

/** The folders that this process has locked: its own id in a file may also come from a process before a restart. */
const held = new Set<string>();

export interface FolderLock {
  /** Throws if the folder was deleted, moved or replaced since. */
  require(): void;
  unlock(): void;
}

/** Creates the folder if needed and locks it. */
export function lockFolder(folder: string): FolderLock {
  // It contains password hashes.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(realpathSync(folder), NAME);
  if (held.has(file)) throw taken(folder, process.pid);
  take(folder, file);
  held.add(file);
  const locked = identityOf(file);
  return {
    require() {
      if (identityOf(file) === locked) return;
      const message = `${folder} was deleted, moved or replaced while it was open; restore it and start the server again`;
      throw new DataError("unavailable", { message });
    },
    unlock() {
      if (held.delete(file)) rmSync(file, { force: true });
    },
  };
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

function take(folder: string, file: string): void {
  const mine = `${process.pid} ${startOf(process.pid) ?? ""}`.trim();
  for (let tries = 0; tries < TRIES; tries++) {
    if (create(file, mine)) return;
    const found = read(file);
    if (found === undefined) continue;
    const holder = livingHolder(found);
    if (holder !== undefined) throw taken(folder, holder);
    discard(file, found);
  }
  throw taken(folder);
}

/** A link creates the complete file at its name, or fails if one exists. */
function create(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Renamed before it is deleted: if another process has locked it meanwhile, that is detected, and the file is restored.
 */
function discard(file: string, expected: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const found = read(aside);
  rmSync(aside, { force: true });
  if (found !== undefined && found !== expected) create(file, found);
}

/** The process that the file names, if it is alive, is not this one, and is still the one that wrote it. */
function livingHolder(text: string): number | undefined {
  const [id, start] = text.split(" ");
  const pid = Number(id);
  // After a power failure it may be empty: it names no process.
  if (!Number.isSafeInteger(pid) || pid < 1 || pid === process.pid || !lives(pid)) return undefined;
  const now = startOf(pid);
  if (now === "") return undefined;
  return start && now && start !== now ? undefined : pid;
}

/** Reading a priority changes nothing and needs no right over the process; a signal would need one on Deno. */
function lives(pid: number): boolean {
  try {
    getPriority(pid);
    return true;
  } catch (error) {
    const { info, errno } = error as { info?: { code?: string }; errno?: number };
    return info?.code !== "ESRCH" && Math.abs(errno ?? 0) !== constants.errno.ESRCH;
  }
}

/** When a process started, as Linux counts it; "" for a zombie; undefined where it is unknown. */
function startOf(pid: number): string | undefined {
  try {
    // The name before the last bracket may contain anything.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "" : fields[19];
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function taken(folder: string, pid?: number): DataError {
  const holder = pid === undefined ? "another process" : `process ${pid}`;
  return new DataError("unavailable", {
    message: `${folder} is in use by ${holder}: only one process can use a PGlite folder. Stop that process, or set DATABASE_URL to Postgres or SQLite.`,
  });
}

const codeOf = (error: unknown) => (error as { code?: unknown }).code;
