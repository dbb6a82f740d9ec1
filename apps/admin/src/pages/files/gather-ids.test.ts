import { expect, test } from "bun:test";
import { gatherIds } from "./gather-ids.ts";

test("what is asked for in one turn is one request, and each gets its own", async () => {
  const asked: (readonly string[])[] = [];
  const read = gatherIds(async (ids) => {
    asked.push(ids);
    return ids.filter((id) => id !== "gone").map((id) => ({ id }));
  });
  expect(await Promise.all(["a", "b", "a", "gone"].map(read))).toEqual([{ id: "a" }, { id: "b" }, { id: "a" }, null]);
  await read("c");
  expect(asked).toEqual([["a", "b", "gone"], ["c"]]);
  await Promise.all(Array.from({ length: 150 }, (_, i) => read(String(i))));
  expect(asked.slice(2).map(({ length }) => length)).toEqual([100, 50]);
});

test("a refusal is one of all who have asked", async () => {
  const read = gatherIds<{ id: string }>(() => Promise.reject(new Error("no")));
  const refused = (id: string) => read(id).catch((error: Error) => error.message);
  expect(await Promise.all(["a", "b"].map(refused))).toEqual(["no", "no"]);
});
