import { expect, test } from "bun:test";
import type { Item } from "./item.ts";
import { type Version, valuesAt } from "./versions.ts";

const version = (position: string, changes: Version["changes"]): Version => ({
  position,
  at: "2026-11-29T00:00:00.000Z",
  operation: "update",
  actor: null,
  actor_name: null,
  request_id: null,
  changes,
});

const item: Item = { id: "1", version: 4, title: "three", count: 3, note: "n" };
const history = [
  version("4", [{ field: "count", before: 2, after: 3 }]),
  version("3", [
    { field: "title", before: "two", after: "three" },
    { field: "updated_at", before: "x", after: "y" },
  ]),
  version("2", [{ field: "title", before: "one", after: "two" }]),
];
const isWritten = (field: string) => ["title", "count", "note"].includes(field);

test("a version is the item with each later change taken back", () => {
  expect(valuesAt(item, history, 0, isWritten)).toEqual({});
  expect(valuesAt(item, history, 1, isWritten)).toEqual({ count: 2 });
  expect(valuesAt(item, history, 2, isWritten)).toEqual({ count: 2, title: "two" });
});

test("what is the same again needs no change", () => {
  const back = [version("5", [{ field: "note", before: "n", after: "m" }]), version("4", [])];
  expect(valuesAt(item, back, 1, isWritten)).toEqual({});
});
