import { expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { countConditions, parseFilter, writeFilter } from "./tree.ts";

const again = (filter: JsonObject) => writeFilter(parseFilter(filter));

test("a filter goes through the form unchanged in meaning", () => {
  const same: JsonObject[] = [
    { title: { _icontains: "a" }, year: { _between: [1950, 2000] } },
    { $or: [{ title: { _eq: "a" } }, { $not: { year: { _gt: 1 } } }] },
    { $and: [{ year: { _gt: 1 } }, { year: { _lt: 9 } }] },
    { "director.name": { _eq: "x" }, films: { _every: { rating: { _gt: "8" } } } },
    { owner_id: { _eq: "$user.id" }, at: { _gt: { $now: { sub: { days: 7 } } } } },
    { $not: { $or: [{ a: { _eq: 1 } }, { b: { _null: true } }] } },
  ];
  expect(same.map(again)).toEqual(same);
});

test("short forms are written out", () => {
  expect(again({ title: "a", gone: null, director: { name: "x" }, price: { $literal: "$5" } })).toEqual({
    title: { _eq: "a" },
    gone: { _null: true },
    "director.name": { _eq: "x" },
    price: { _eq: { $literal: "$5" } },
  });
  expect(again({ year: { _gt: 1, _lt: 9 } })).toEqual({ $and: [{ year: { _gt: 1 } }, { year: { _lt: 9 } }] });
  expect(again({ _or: [{ a: { _eq: 1 } }, { b: { _eq: 2 } }] })).toEqual({
    $or: [{ a: { _eq: 1 } }, { b: { _eq: 2 } }],
  });
});

test("what the form does not know is kept as it is", () => {
  const strange: JsonObject = { $fts: { text: "a" }, films: { _none: { year: 1 } }, list: [1] };
  expect(again(strange)).toEqual(strange);
});

test("an empty or unfinished filter is none", () => {
  expect(writeFilter(parseFilter(undefined))).toBeUndefined();
  expect(again({})).toBeUndefined();
  expect(countConditions(parseFilter({ a: 1, $or: [{ b: 2 }, { c: 3 }] }))).toBe(3);
});
