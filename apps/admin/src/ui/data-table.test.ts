import { expect, test } from "bun:test";
import { compareValues, isNothing, type SortValue } from "./compare-values.ts";
import { rowAfterKey } from "./use-row-keys.ts";

test("values are ordered by language, number and time, nothing last", () => {
  const sorted = (...values: SortValue[]) => values.toSorted(compareValues);
  expect(sorted("item 10", "Item 9", "älter", null, "b")).toEqual(["älter", "b", "Item 9", "item 10", null]);
  expect(sorted(10, undefined, 9, Number.NaN)).toEqual([9, 10, undefined, Number.NaN].toSorted(compareValues));
  expect(sorted(true, false)).toEqual([false, true]);
  expect(sorted(2n ** 60n, 5n)).toEqual([5n, 2n ** 60n]);
  expect(sorted(new Date(2), new Date(1)).map(Number)).toEqual([1, 2]);
  expect([null, undefined, Number.NaN, new Date("no"), 0, "", false].map(isNothing)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("keys move between rows and stop at both ends", () => {
  expect(
    ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", "x"].map((key) => rowAfterKey(key, 5, 8)),
  ).toEqual([6, 4, 7, 0, 0, 7, undefined]);
  expect(rowAfterKey("ArrowDown", 7, 8)).toBe(7);
  expect(rowAfterKey("End", 0, 0)).toBeUndefined();
  expect(rowAfterKey("constructor", 0, 3)).toBeUndefined();
});
