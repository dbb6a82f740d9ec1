import { expect, test } from "bun:test";
import { both, holds } from "./conditions.ts";

test("two filters hold together, as one list of conditions", () => {
  const [a, b, c] = [{ a: 1 }, { b: 2 }, { c: 3 }];
  expect(both(undefined, a)).toEqual(a);
  expect(both({}, a)).toEqual(a);
  expect(both(a, undefined)).toEqual(a);
  expect(both(a, b)).toEqual({ $and: [a, b] });
  expect(both(both(a, b), c)).toEqual({ $and: [a, b, c] });
  expect(both({ $or: [a, b] }, c)).toEqual({ $and: [{ $or: [a, b] }, c] });
});

test("a text that begins as a variable is meant as it stands", () => {
  expect([holds("a", null), holds("a", false), holds("a", "x"), holds("a", "$user.id")]).toEqual([
    { a: { _null: true } },
    { a: { _eq: false } },
    { a: { _eq: "x" } },
    { a: { _eq: { $literal: "$user.id" } } },
  ]);
});
