import { expect, test } from "bun:test";
import { Lru } from "../src/kernel/lru.ts";

test("what has not been used longest makes room", () => {
  const kept = new Lru<string, number>(2);
  for (const [i, key] of ["a", "b"].entries()) kept.set(key, i);
  kept.get("a");
  kept.set("c", 2);
  expect([kept.get("a"), kept.get("b"), kept.get("c")]).toEqual([0, undefined, 2]);
});

test("entries count as much as they weigh, and one that is too heavy is not kept", () => {
  const kept = new Lru<string, string>(10, (text) => text.length);
  kept.set("a", "x".repeat(6));
  kept.set("b", "x".repeat(4));
  kept.set("a", "x");
  kept.set("c", "x".repeat(5));
  expect(["a", "b", "c"].map((key) => kept.get(key)?.length)).toEqual([1, 4, 5]);
  kept.delete("b");
  kept.set("d", "x".repeat(4));
  expect(["a", "c", "d"].map((key) => kept.get(key)?.length)).toEqual([1, 5, 4]);
  kept.set("e", "x".repeat(11));
  expect([kept.get("e"), kept.get("d")]).toEqual([undefined, "xxxx"]);
});
