/**
 * Small files in few steps. Each step that is waited for takes a thread and a turn of the event loop; what only copies bytes within the memory of the
 * system is done at once.
 */
import { closeSync, fsync, open, read, writeSync } from "node:fs";
import { promisify } from "node:util";

const opened = promisify(open);
const synced = promisify(fsync);
const readAt = promisify(read);

/** A new file of these bytes, on the disk. Not by `writeFile` with `flush`: Bun 1.4 ignores there that fsync has failed. */
export async function writeFileToDisk(path: string, bytes: Uint8Array): Promise<void> {
  const file = await opened(path, "wx", 0o600);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at, bytes.byteLength - at);
    await synced(file);
  } finally {
    closeSync(file);
  }
}

/** What was done in a folder is on the disk then. Throws ENOENT where it is gone. */
export async function folderToDisk(path: string): Promise<void> {
  const folder = await opened(path, "r");
  try {
    await synced(folder);
  } finally {
    closeSync(folder);
  }
}

/** Buffers of reads that have ended, for those that begin. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARE = 16;

/** What is made of the first bytes of a file, at most `most` of them, which belong to others afterwards. */
export async function readStart<T>(
  path: string,
  most: number,
  make: (bytes: Uint8Array<ArrayBuffer>) => T,
): Promise<{ readonly made: T }> {
  const file = await opened(path, "r");
  try {
    const buffer = spare.pop() ?? new Uint8Array(most);
    const { bytesRead } = await readAt(file, buffer, 0, most, 0);
    const made = make(buffer.subarray(0, bytesRead));
    if (spare.length < MOST_SPARE) spare.push(buffer);
    return { made };
  } finally {
    closeSync(file);
  }
}
