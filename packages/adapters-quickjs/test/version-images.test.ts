import { expect, test } from "bun:test";
import { MemoryPool } from "../src/memory-pool.ts";
import { VersionImages } from "../src/version-images.ts";

const SIZE = { initial: 2, maximum: 4 };
const words = new Int32Array(1024);
const heap = { earlier: undefined, pages: new Map([[0, words]]), byteLength: 0 };
const image = { heap, module: 1, turns: 1n } as never;
const limits = { memoryBytes: 1, cpuMs: 1 };
const program = (version: string, source = "x") => ({ version, source, limits }) as never;

test("a memory that is used again has no content, and one that has grown is not used again", () => {
  const pool = new MemoryPool();
  const memory = pool.take(SIZE);
  new Uint8Array(memory.buffer).fill(7);
  pool.give(memory, SIZE);
  expect(pool.take({ ...SIZE, maximum: 5 })).not.toBe(memory);
  expect(pool.take(SIZE)).toBe(memory);
  expect(new Uint8Array(memory.buffer).some((byte) => byte !== 0)).toBe(false);
  memory.grow(1);
  pool.give(memory, SIZE);
  expect(pool.take(SIZE)).not.toBe(memory);
});

test("few memories wait", () => {
  const pool = new MemoryPool();
  const all = [1, 2, 3].map(() => pool.take(SIZE));
  for (const memory of all) pool.give(memory, SIZE);
  const taken = [1, 2, 3].map(() => pool.take(SIZE));
  expect(taken.map((memory) => all.includes(memory))).toEqual([true, true, false]);
});

test("a version is kept when it runs again, and the one that has waited longest makes room", () => {
  const images = new VersionImages(10_000);
  expect(images.find(program("a"))).toEqual({});
  images.find(program("a")).keep!(image);
  expect(images.find(program("a")).image).toBe(image);
  expect(images.find(program("a", "other source"))).toEqual({});
  images.find(program("a", "other source")).keep!(image);
  images.find(program("b"));
  images.find(program("b")).keep!(image);
  images.find(program("a", "other source"));
  images.find(program("c"));
  images.find(program("c")).keep!(image);
  expect(images.find(program("b"))).toEqual({});
  expect(images.find(program("c")).image).toBe(image);
});

test("neither a version without a name nor one that is only checked is kept", () => {
  const images = new VersionImages();
  for (const given of [{}, { version: "a", checkOnly: true }]) {
    const checked = { source: "x", limits, ...given } as never;
    images.find(checked);
    expect(images.find(checked)).toEqual({});
  }
});
