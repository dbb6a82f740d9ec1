import { expect, test } from "bun:test";
import type { ItemVersion } from "@plinth/client";
import type { Item } from "../../data/item.ts";
import { valuesAt } from "./versions.ts";

const version = (changes: ItemVersion["changes"]) => ({ changes });

const item: Item = { id: "1", version: 4, title: "three", count: 3, note: "n" };
const history = [
  version([{ field: "count", before: 2, after: 3 }]),
  version([
    { field: "title", before: "two", after: "three" },
    { field: "updated_at", before: "x", after: "y" },
  ]),
  version([{ field: "title", before: "one", after: "two" }]),
];
const isWritten = (field: string) => ["title", "count", "note"].includes(field);

test("a version is the item with each later change taken back", () => {
  expect(valuesAt(item, history, 0, isWritten)).toEqual({});
  expect(valuesAt(item, history, 1, isWritten)).toEqual({ count: 2 });
  expect(valuesAt(item, history, 2, isWritten)).toEqual({ count: 2, title: "two" });
});

test("what is the same again needs no change", () => {
  const back = [version([{ field: "note", before: "n", after: "m" }]), version([])];
  expect(valuesAt(item, back, 1, isWritten)).toEqual({});
});

test("a deleted item had the values that its deletion took", () => {
  const gone = [version([{ field: "title", before: "two", after: null }]), ...history.slice(2)];
  expect(valuesAt({}, gone, 1, isWritten)).toEqual({ title: "two" });
  expect(valuesAt({}, gone, 2, isWritten)).toEqual({ title: "one" });
});
