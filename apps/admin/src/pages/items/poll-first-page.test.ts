import { expect, test } from "bun:test";
import { hasChanged } from "./poll-first-page.ts";

const listOf = (...titles: string[]) => ({ count: titles.length, at: (index: number) => rowsOf(...titles)[index] });
const rowsOf = (...titles: string[]) => titles.map((title, id) => ({ id: String(id), title }));

test("the same rows are no news", () => {
  expect(hasChanged(listOf("a", "b"), { rows: rowsOf("a", "b"), next: null })).toBe(false);
  expect(hasChanged(listOf("a", "b", "c"), { rows: rowsOf("a", "b"), next: "more" })).toBe(false);
});

test("a value, a new row, and one that is gone", () => {
  expect(hasChanged(listOf("a", "b"), { rows: rowsOf("a", "c"), next: null })).toBe(true);
  expect(hasChanged(listOf("a"), { rows: rowsOf("a", "b"), next: null })).toBe(true);
  expect(hasChanged(listOf("a", "b"), { rows: rowsOf("a"), next: null })).toBe(true);
});

test("a row that is not in memory cannot be compared", () => {
  expect(hasChanged({ count: 2, at: () => undefined }, { rows: rowsOf("a", "b"), next: null })).toBe(false);
});
