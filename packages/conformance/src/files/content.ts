/** Content that is known without being kept: one tile of bytes, again and again. */
import { assert, equal } from "../assert.ts";

export const MIB = 1024 * 1024;
const CHUNK_BYTES = 65_536;
/** A prime, so that no two blocks of a store are equal. */
const TILE_BYTES = 65_521;
const TILE = Uint8Array.from({ length: TILE_BYTES }, (_, i) => i * 31 + (i >>> 8) * 7);

export function contentAt(offset: number, length: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const from = (offset + at + seed * 1009) % TILE_BYTES;
    const piece = TILE.subarray(from, from + length - at);
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/** Made as it is read. `cutAfter`: it fails with `cut` after so many bytes. */
export function contentStream(
  size: number,
  { seed = 0, cutAfter, cut }: { seed?: number; cutAfter?: number; cut?: Error } = {},
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const end = Math.min(size, cutAfter ?? size, at + CHUNK_BYTES);
        if (end > at) controller.enqueue(contentAt(at, end - at, seed));
        at = end;
        if (at === cutAfter) controller.error(cut);
        else if (at === size) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The stream has exactly these bytes of the content. */
export async function equalContent(
  stream: ReadableStream<Uint8Array>,
  { offset = 0, length, seed = 0 }: { offset?: number; length: number; seed?: number },
): Promise<void> {
  let read = 0;
  for await (const chunk of stream) {
    const wanted = contentAt(offset + read, chunk.byteLength, seed);
    const wrong = firstDifference(chunk, wanted);
    assert(wrong < 0, `byte ${offset + read + wrong} is another one`);
    read += chunk.byteLength;
  }
  equal(read, length, "bytes read");
}

/** A plain loop: files have many bytes. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.byteLength; i++) if (a[i] !== b[i]) return i;
  return -1;
}

export async function bytesIn(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** At most so many at a time. */
export async function inGroups<T>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < items.length; at += size) await Promise.all(items.slice(at, at + size).map(work));
}
