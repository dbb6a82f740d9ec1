import { createHash } from "node:crypto";
import { close, fdatasync, fsync, ftruncate, open, write } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { StoreChange } from "../sync/store.ts";

/**
 * A file of transactions, one line for those that were stored together: a checksum, and a JSON list of transactions, each
 * a list of changes. A line is on the disk before the next one is begun, so only the last one can be torn.
 */

const FIRST_LINE = Buffer.from("plinth-sync 1\n");
const CHECK_CHARS = 16;
const NEWLINE = 0x0a;
/** The entries that one line of a new file holds. */
const ENTRIES_IN_LINE = 500;
/** For the owner alone: the data is a user's. */
const MODE = 0o600;

/** Numbers, not handles: a replica that a program forgets to close is collected, and a handle would throw then. */
const openFile = promisify(open);
const closeFile = promisify(close);
const writeFile = promisify(write) as (
  file: number,
  bytes: Uint8Array,
  from: number,
  length: number,
  at: number,
) => Promise<{ bytesWritten: number } | number>;
const syncFile = promisify(fsync);
const syncData = promisify(fdatasync);
const cutFile = promisify(ftruncate);

export type Transaction = readonly StoreChange[];

export interface LogFile {
  /** Bytes. */
  readonly size: number;
  /** All transactions or none, on the disk. */
  append(transactions: readonly Transaction[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file, or makes it.
 *
 * @param take Gets each transaction that it holds, oldest first.
 * @throws where it is damaged, or of a newer version.
 */
export async function openLog(path: string, take: (transaction: Transaction) => void): Promise<LogFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!bytes) return replaceLog(path, []);
  const end = replay(path, bytes, take);
  const file = await openFile(path, "r+");
  if (end < bytes.length) {
    await cutFile(file, end);
    await syncFile(file);
  }
  return logOn(file, end);
}

/** Writes a new file beside it, and puts it in its place: whoever reads finds the one or the other, whole. */
export async function replaceLog(path: string, changes: readonly StoreChange[]): Promise<LogFile> {
  const unfinished = `${path}.new`;
  const file = await openFile(unfinished, "w", MODE);
  try {
    let size = 0;
    const add = async (bytes: Buffer): Promise<void> => {
      await writeAll(file, bytes, size);
      size += bytes.length;
    };
    await add(FIRST_LINE);
    for (let from = 0; from < changes.length; from += ENTRIES_IN_LINE) {
      await add(lineOf([changes.slice(from, from + ENTRIES_IN_LINE)]));
    }
    await syncFile(file);
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return logOn(file, size);
  } catch (error) {
    await closeFile(file).catch(() => undefined);
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

function logOn(file: number, end: number): LogFile {
  let size = end;
  /** Why nothing more can be stored. */
  let broken: unknown;
  return {
    get size() {
      return size;
    },
    async append(transactions) {
      if (broken) throw broken;
      const line = lineOf(transactions);
      try {
        await writeAll(file, line, size);
        await syncData(file);
      } catch (error) {
        // Half a line must not stand before the next one.
        await cutFile(file, size).catch((failure: unknown) => (broken = failure));
        throw error;
      }
      size += line.length;
    },
    close: () => closeFile(file),
  };
}

async function writeAll(file: number, bytes: Buffer, at: number): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const written = await writeFile(file, bytes, from, bytes.length - from, at + from);
    from += typeof written === "number" ? written : written.bytesWritten;
  }
}

/** A rename is on the disk when its folder is. Windows opens no folders, and needs nothing. */
async function syncFolder(folder: string): Promise<void> {
  const file = await openFile(folder, "r").catch(() => undefined);
  if (file === undefined) return;
  await syncFile(file).catch(() => undefined);
  await closeFile(file);
}

function lineOf(transactions: readonly Transaction[]): Buffer {
  const json = Buffer.from(JSON.stringify(transactions));
  return Buffer.concat([Buffer.from(`${checkOf(json)} `), json, Buffer.of(NEWLINE)]);
}

function checkOf(json: Uint8Array): string {
  return createHash("sha256").update(json).digest("hex").slice(0, CHECK_CHARS);
}

/** Where the last whole line ends. */
function replay(path: string, bytes: Buffer, take: (transaction: Transaction) => void): number {
  const first = bytes.subarray(0, FIRST_LINE.length);
  if (!first.equals(FIRST_LINE))
    throw damaged(path, 1, "It is no file of this store, or of a newer version of the client");
  let start = FIRST_LINE.length;
  for (let line = 2; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const transactions = newline < 0 ? undefined : transactionsIn(bytes.subarray(start, newline));
    if (!transactions) {
      // Torn, or followed by what was stored later: then something else has changed it.
      if (newline < 0 || newline === bytes.length - 1) return start;
      throw damaged(path, line, "It is damaged");
    }
    for (const transaction of transactions) take(transaction);
    start = newline + 1;
  }
  return start;
}

function transactionsIn(line: Buffer): readonly Transaction[] | undefined {
  const json = line.subarray(CHECK_CHARS + 1);
  if (checkOf(json) !== line.toString("latin1", 0, CHECK_CHARS)) return undefined;
  return JSON.parse(json.toString()) as Transaction[];
}

function damaged(path: string, line: number, what: string): Error {
  return new Error(
    `fileStore: ${path} cannot be read from line ${line} on. ${what}. Rename it to begin anew; writes in it that were not sent yet stay in the renamed file.`,
  );
}
