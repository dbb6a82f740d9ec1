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

const OPTIONS = { mostBytes: 10_000, worthTurns: 100n };

test("a version is kept when its evaluations have taken long enough, and the one that has waited longest makes room", () => {
  const images = new VersionImages(OPTIONS);
  const evaluate = (...of: Parameters<typeof program>): boolean => {
    const { evaluation } = images.find(program(...of));
    evaluation!.took(101n);
    if (evaluation!.isKept) evaluation!.keep(image);
    return evaluation!.isKept;
  };
  expect([evaluate("a"), evaluate("a")]).toEqual([false, true]);
  expect(images.find(program("a")).image).toBe(image);
  expect([evaluate("a", "other source"), evaluate("a", "other source")]).toEqual([false, true]);
  expect([evaluate("b"), evaluate("b")]).toEqual([false, true]);
  expect(images.find(program("a", "other source")).image).toBe(image);
  expect([evaluate("c"), evaluate("c")]).toEqual([false, true]);
  expect(images.find(program("c")).image).toBe(image);
  expect(images.find(program("b")).image).toBeUndefined();
});

test("what is too large is not kept, and asked about seldom", () => {
  const images = new VersionImages(OPTIONS);
  const pages = new Map(Array.from({ length: 300 }, (_, page) => [page, words] as const));
  images.find(program("a")).evaluation!.took(101n);
  images.find(program("a")).evaluation!.keep({ heap: { ...heap, pages } } as never);
  const { image: none, evaluation } = images.find(program("a"));
  expect([none, evaluation!.isKept]).toEqual([undefined, false]);
});

test("neither a version without a name nor one that is only checked is kept", () => {
  const images = new VersionImages(OPTIONS);
  for (const given of [{}, { version: "a", checkOnly: true }]) {
    expect(images.find({ source: "x", limits, ...given } as never)).toEqual({});
  }
});
