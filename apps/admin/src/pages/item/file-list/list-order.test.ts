import { expect, test } from "bun:test";
import { endOf, type ListEntry, placesFor } from "./list-order.ts";

const entries = (...positions: readonly number[]): ListEntry[] =>
  positions.map((position, at) => ({ link: `${at}`, file: `f${at}`, position }));

test.each([
  ["to the end", [1, 2, 3], 0, 2, [{ link: "0", position: 4 }]],
  ["to the start", [1, 2, 3], 2, 0, [{ link: "2", position: 0 }]],
  ["between two", [1, 2, 3], 0, 1, [{ link: "0", position: 2.5 }]],
  ["to where it is", [1, 2, 3], 1, 1, []],
  ["beyond the end", [1, 2], 0, 2, []],
  [
    "between equal places, so that all get new ones",
    [1, 1, 1],
    2,
    1,
    [
      { link: "0", position: 1 },
      { link: "2", position: 2 },
      { link: "1", position: 3 },
    ],
  ],
])("a file is moved %s", (_, positions, from, to, places) => {
  expect(placesFor(entries(...positions), from, to)).toEqual(places);
});

test("a file is added after the last one", () => {
  expect([endOf([]), endOf(entries(1, 7.5))]).toEqual([1, 8.5]);
});
