/**
 * A file beside the database that only takes up room. SQLite needs room to delete, and to be opened: each write is
 * first appended to its log. Without the reserve, on a full disk, nobody could even delete what fills it.
 */
import { closeSync, openSync, statfsSync, statSync, truncateSync, writeSync } from "node:fs";
import { DataError, type SqlQuery } from "@plinth/core";
import { folderOf, isFile } from "./database-path.ts";
import { mapSqliteError } from "./sqlite-errors.ts";

export interface DiskReserve {
  /** Throws where these writes would use up the room that deletions need. */
  require(queries: readonly SqlQuery[]): void;
  /** Where a write that deletes finds the disk full, it is done again with the reserve's room. */
  write<T>(queries: readonly SqlQuery[], work: () => Promise<T>): Promise<T>;
  stop(): void;
}

const MB = 1_048_576;
const WHOLE = 8 * MB;
/** On a full disk, what is left makes a smaller reserve. */
const LEAST = MB;
/** A first reserve is made only on a disk that has much more room. */
const ROOM_FOR_FIRST = 2 * WHOLE;
/** Left to the writes of a start on a full disk. */
const MARGIN = MB;
const CHUNK_BYTES = 65_536;
/** The start has other things to do, and a short program needs no reserve. */
const FIRST_MS = 5000;
const AGAIN_MS = 1000;
const DELETES = /^\s*delete\b/i;

const NONE: DiskReserve = { require() {}, write: (_, work) => work(), stop() {} };

/** `checkpoint`: moves what is in SQLite's log to its place, and empties the log. */
export function diskReserve(path: string, checkpoint: () => void): DiskReserve {
  if (!isFile(path)) return NONE;
  let spent = isSpent(path);
  let triedAt = Number.NEGATIVE_INFINITY;
  const first = setTimeout(make, FIRST_MS);
  first.unref?.();

  function make(): void {
    triedAt = performance.now();
    quietly(() => {
      makeReserve(path);
      spent = isSpent(path);
    });
  }

  function release(): void {
    quietly(() => {
      spent = releaseReserve(path) || spent;
    });
    quietly(checkpoint);
  }

  return {
    require(queries) {
      if (!spent || deletes(queries)) return;
      if (performance.now() - triedAt >= AGAIN_MS) make();
      if (spent) throw new DataError("disk_full");
    },
    async write(queries, work) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DataError) || error.kind !== "disk_full" || !deletes(queries)) throw error;
      }
      release();
      try {
        return await work();
      } finally {
        quietly(checkpoint);
        make();
      }
    },
    stop: () => clearTimeout(first),
  };
}

/** Opens a database, on a full disk with the reserve's room. */
export function openWithReserve<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const mapped = mapSqliteError(error);
    if (mapped.kind !== "disk_full" || !releaseReserve(path)) throw mapped;
  }
  try {
    return open();
  } catch (error) {
    throw mapSqliteError(error);
  } finally {
    quietly(() => makeReserve(path));
  }
}

/** The reserve is a help: whether it works changes nothing about what was written. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // No rights to the folder, or a disk that is fuller than the reserve is large: the next write says so.
  }
}

function deletes(queries: readonly SqlQuery[]): boolean {
  return queries.some(({ sql }) => DELETES.test(sql));
}

function fileOf(path: string): string {
  return `${path}-reserve`;
}

/** Undefined: there has been none. */
function sizeOf(path: string): number | undefined {
  return statSync(fileOf(path), { throwIfNoEntry: false })?.size;
}

/** A file that is too small says that its room is in use, perhaps since before the start. */
function isSpent(path: string): boolean {
  const size = sizeOf(path);
  return size !== undefined && size < LEAST;
}

/** False: there was no reserve. */
function releaseReserve(path: string): boolean {
  if (!isFile(path) || !sizeOf(path)) return false;
  truncateSync(fileOf(path), 0);
  return true;
}

function makeReserve(path: string): void {
  const size = sizeOf(path);
  const free = freeBytes(folderOf(path) ?? ".");
  const wanted = size === undefined ? WHOLE : Math.min(WHOLE, size + free - MARGIN);
  if (size === undefined ? free < ROOM_FOR_FIRST : wanted <= size || wanted < LEAST) return;
  fill(fileOf(path), size ?? 0, wanted);
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // No reserve where the room is unknown: making one could fill the disk.
    return 0;
  }
}

/** Random bytes, as file systems may store zeros without using any room. */
function fill(file: string, from: number, to: number): void {
  let open: number | undefined;
  try {
    open = openSync(file, "a", 0o600);
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let size = from; size + CHUNK_BYTES <= to; size += CHUNK_BYTES) {
      crypto.getRandomValues(chunk);
      writeSync(open, chunk);
    }
  } catch {
    // Somebody else has taken the room: the reserve is as large as it has become.
  } finally {
    if (open !== undefined) closeSync(open);
  }
}
