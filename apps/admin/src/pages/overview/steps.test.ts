import { expect, test } from "bun:test";
import { stepsDone } from "./steps.ts";

const NOTHING = { collections: [{ system: "users" }], rules: [], keys: [] };

test("built-in collections are no step, and a key counts as a request once it was used", () => {
  expect([...stepsDone(NOTHING)]).toEqual([]);
  expect([...stepsDone({ ...NOTHING, collections: [{}], keys: [{ last_used_at: null }] })]).toEqual([
    "collection",
    "key",
  ]);
  const used = { collections: [{}], rules: [{}], keys: [{ last_used_at: null }, { last_used_at: "2026-01-01" }] };
  expect(stepsDone(used).size).toBe(4);
});
