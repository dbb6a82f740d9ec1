import { FileStoreError } from "./file-store-error.ts";
import type { FileBody } from "./ports/file-store.ts";

/** The chunks of a body. Ending the iteration early cancels the stream. */
export async function* chunksIn(body: FileBody): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (body instanceof Uint8Array) {
    if (body.byteLength > 0) yield body;
    return;
  }
  // Files are never in shared memory.
  for await (const chunk of body) if (chunk.byteLength > 0) yield chunk as Uint8Array<ArrayBuffer>;
}

/**
 * The same for whoever is done with a chunk when it asks for the next one: its memory is given back then. Left to the collector, the
 * chunks of a large body are tens of megabytes of garbage at any time.
 */
export async function* spentChunksIn(body: FileBody): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of chunksIn(body)) {
    yield chunk;
    if (chunk !== body) releaseChunk(chunk);
  }
}

/** Gives the memory of a chunk back at once. Where it is a part of a buffer, others may use the rest: that is left. */
export function releaseChunk({ byteLength, buffer }: Uint8Array): void {
  if (byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** The same bytes. Another length than `size`, or more than `most`, is an error as soon as it is known. */
export function measured(
  body: ReadableStream<Uint8Array>,
  { size, most }: { readonly size: number | undefined; readonly most: number },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  const problemAt = (done: boolean): FileStoreError | undefined => {
    if (size !== undefined && bytes > size) return wrongSize(size, "more");
    if (bytes > most) return tooLarge(most);
    return done && size !== undefined && bytes < size ? wrongSize(size, `${bytes}`) : undefined;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        bytes += value?.byteLength ?? 0;
        const problem = problemAt(done);
        if (problem) {
          if (!done) await reader.cancel(problem).catch(() => undefined);
          throw problem;
        }
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The same stream, and the error with which it ended: who passes it on may get another one. */
export function watched(body: ReadableStream<Uint8Array>): {
  readonly stream: ReadableStream<Uint8Array>;
  readonly cut: () => unknown;
} {
  const reader = body.getReader();
  let failure: unknown;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          failure = error;
          throw error;
        });
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, cut: () => failure };
}

export function tooLarge(most: number): FileStoreError {
  return new FileStoreError("too_large", `the store takes at most ${most} bytes of this`);
}

function wrongSize(size: number, actual: string): FileStoreError {
  return new FileStoreError("wrong_size", `the body should have ${size} bytes and has ${actual}`);
}

/**
 * The same bytes in blocks of `bytes`, the last of what is left: at least one, which may be empty. Two take turns in memory:
 * one can be sent while the next is filled, and is overwritten by the one after that.
 */
export async function* inBlocks(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<{ readonly block: Uint8Array<ArrayBuffer>; readonly last: boolean }> {
  let [held, other, filled] = [new Uint8Array(0), new Uint8Array(0), 0];
  for await (let chunk of chunks) {
    while (chunk.byteLength > 0) {
      // Held until it is known whether more follows.
      if (filled === bytes) {
        yield { block: held, last: false };
        [held, other, filled] = [other.byteLength > 0 ? other : new Uint8Array(bytes), held, 0];
      }
      const taken = chunk.subarray(0, bytes - filled);
      held = roomFor(held, filled, filled + taken.byteLength, bytes);
      held.set(taken, filled);
      filled += taken.byteLength;
      chunk = chunk.subarray(taken.byteLength);
    }
  }
  yield { block: held.subarray(0, filled), last: true };
}

/** Grows by doubling: most files are much smaller than a block. */
function roomFor(held: Uint8Array<ArrayBuffer>, filled: number, needed: number, most: number): Uint8Array<ArrayBuffer> {
  if (needed <= held.byteLength) return held;
  const larger = new Uint8Array(Math.min(most, Math.max(needed, held.byteLength * 2)));
  larger.set(held.subarray(0, filled));
  return larger;
}
