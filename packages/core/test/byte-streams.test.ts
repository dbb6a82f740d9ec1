import { expect, test } from "bun:test";
import { releaseChunk, spentChunksIn } from "../src/byte-streams.ts";

test("the memory of a chunk is given back when the next one is asked for", async () => {
  const chunks = [new Uint8Array([1, 2]), new Uint8Array([3]), new Uint8Array([4])];
  const bytesLeft = () => chunks.map(({ byteLength }) => byteLength);
  const whenRead: number[][] = [];
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => (next < chunks.length ? controller.enqueue(chunks[next++]!) : controller.close()),
  });
  for await (const _ of spentChunksIn(body)) whenRead.push(bytesLeft());
  expect(whenRead).toEqual([
    [2, 1, 1],
    [0, 1, 1],
    [0, 0, 1],
  ]);
  expect(bytesLeft()).toEqual([0, 0, 0]);
});

test("bytes that are no stream stay their owner's", async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  for await (const chunk of spentChunksIn(bytes)) expect(chunk).toBe(bytes);
  expect(bytes).toEqual(new Uint8Array([1, 2, 3]));
});

test("a part of a buffer is left, as others may use the rest", () => {
  const all = new Uint8Array([1, 2, 3, 4]);
  releaseChunk(all.subarray(0, 2));
  releaseChunk(all.subarray(2));
  expect(all).toEqual(new Uint8Array([1, 2, 3, 4]));
  releaseChunk(all);
  expect(all.byteLength).toBe(0);
});
