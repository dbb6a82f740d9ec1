import type { FileHandle } from "node:fs/promises";
import { releaseChunk } from "@plinth/core";
import { disk } from "./disk-errors.ts";

/** So much waits for a write at most. */
const MOST_BYTES = 512 * 1024;
/** Fewer than a system takes in one call (IOV_MAX). */
const MOST_CHUNKS = 256;

/**
 * Writes to a file in order, one write at a time. What arrives meanwhile is written together by the next one: a fast body needs few
 * writes, and a slow one has nothing in memory. The memory of a chunk is given back when it is written.
 */
export class DiskWriter {
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly handle: FileHandle) {}

  /** A promise: before it resolves, no other chunk may come. */
  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#failure) throw this.#failure.error;
    this.#waiting.push(chunk);
    this.#bytes += chunk.byteLength;
    this.#writing ??= this.#writeWaiting();
    return this.#bytes < MOST_BYTES && this.#waiting.length < MOST_CHUNKS ? undefined : this.end();
  }

  /** Resolves when all is written. */
  async end(): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when the file is not written to any more, whether all of it was written or not. */
  async stop(): Promise<void> {
    this.#waiting = [];
    await this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const chunks = this.#waiting;
        this.#waiting = [];
        this.#bytes = 0;
        await writeAll(this.handle, chunks);
        chunks.forEach(releaseChunk);
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#writing = undefined;
  }
}

export async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (let left = chunks; left.length > 0; ) {
    const { bytesWritten } = await disk<{ bytesWritten: number }>(
      left.length === 1 ? handle.write(left[0]!) : handle.writev(left),
    );
    left = after(left, bytesWritten);
  }
}

/** What is left of chunks, of which so many bytes have been written. */
function after(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let [first, skipped] = [0, bytes];
  while (first < chunks.length && skipped >= chunks[first]!.byteLength) skipped -= chunks[first++]!.byteLength;
  if (skipped === 0) return chunks.slice(first);
  return [chunks[first]!.subarray(skipped), ...chunks.slice(first + 1)];
}
