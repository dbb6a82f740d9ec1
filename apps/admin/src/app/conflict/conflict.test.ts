import { expect, test } from "bun:test";
import { differingFields, isSame, resolvedBy } from "./conflict.ts";

const base = { kind: "sale", shop: "Lisbon", till: 3 };
const theirs = { kind: "sale", shop: "Porto", till: 3, tags: ["card"] };

test("of a document that two have changed, what is chosen is written over theirs, and nothing else is lost", () => {
  const mine = { kind: "return", shop: "Lisbon" };
  const conflict = { base, mine, theirs, isWhole: true };
  expect(differingFields(conflict)).toEqual(["kind", "shop", "till", "tags"]);
  expect(resolvedBy(conflict, ["kind"])).toEqual({ kind: "return", shop: "Porto", till: 3, tags: ["card"] });
  expect(resolvedBy(conflict, ["till"])).toEqual({ kind: "sale", shop: "Porto", tags: ["card"] });
  expect(resolvedBy(conflict, [])).toBeUndefined();
  expect(resolvedBy(conflict, differingFields(conflict))).toEqual(mine);
});

test("of an item with fields only what was typed is in question", () => {
  const conflict = { base, mine: { shop: "Faro", till: 3 }, theirs, isWhole: false };
  expect(differingFields(conflict)).toEqual(["shop"]);
  expect(resolvedBy(conflict, ["shop"])).toEqual({ shop: "Faro" });
});

test("the order of keys is no difference, and an absent value is an empty one", () => {
  expect(isSame({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
  expect(isSame(undefined, null)).toBe(true);
  expect(isSame(0, null)).toBe(false);
});
