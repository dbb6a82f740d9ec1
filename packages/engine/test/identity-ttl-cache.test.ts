import { expect, test } from "bun:test";
import { TtlCache } from "../src/kernel/ttl-cache.ts";

function cache(now = { value: 0 }) {
  return { now, cache: new TtlCache<string>({ clock: { now: () => now.value }, ttl: 1000, maxEntries: 3 }) };
}

test("an answer is kept for its time, counted from before the lookup", async () => {
  const { now, cache: kept } = cache();
  const slow = async () => {
    now.value += 900;
    return { value: "a" };
  };
  expect(await kept.get("k", true, slow)).toBe("a");
  expect(kept.get("k", true, slow)).toBe("a");
  now.value += 100;
  expect(kept.get("k", true, slow)).toBeInstanceOf(Promise);
});

test("what was not found pushes nothing out", async () => {
  const { cache: kept } = cache();
  await kept.get("k", true, async () => ({ value: "a" }));
  for (let i = 0; i < 100; i++) expect(await kept.get(`guess${i}`, true, async () => null)).toBeNull();
  expect(kept.get("guess99", true, async () => ({ value: "b" }))).toBeNull();
  expect(kept.get("k", true, async () => null)).toBe("a");
});

test("a clock that is set back makes nothing live longer", async () => {
  const { now, cache: kept } = cache({ value: 100_000 });
  await kept.get("k", true, async () => ({ value: "a" }));
  now.value = 50_000;
  expect(await kept.get("k", true, async () => ({ value: "b" }))).toBe("b");
});

test("a failed lookup is not kept", async () => {
  const { cache: kept } = cache();
  const failing = async () => {
    throw new Error("database away");
  };
  await expect(Promise.resolve(kept.get("k", true, failing))).rejects.toThrow("away");
  expect(await kept.get("k", true, async () => ({ value: "a" }))).toBe("a");
});

test("nobody waits for ever for the lookup of another request", async () => {
  const { cache: kept } = cache();
  void kept.get("k", true, () => new Promise(() => {}));
  expect(await kept.get("k", true, async () => ({ value: "a" }))).toBe("a");
});
