import { expect, test } from "bun:test";
import { differingFields, resolvedBy } from "./conflict.ts";
import { documentAt, readDocument } from "./document.ts";
import type { Item } from "./item.ts";

const kept = { created_at: "2026-11-29T00:00:00.000Z", updated_at: "2026-11-29T00:00:00.000Z", owner_id: null };
const base: Item = { ...kept, id: "1", version: 1, kind: "sale", shop: "Lisbon", till: 3 };
const theirs: Item = { ...kept, id: "1", version: 2, kind: "sale", shop: "Porto", till: 3, tags: ["card"] };

test("of a document that two have changed, what is chosen is written over theirs, and nothing else is lost", () => {
  const mine = { kind: "return", shop: "Lisbon" };
  const conflict = { base, mine, theirs, isWhole: true };
  expect(differingFields(conflict)).toEqual(["kind", "shop", "till", "tags"]);
  expect(resolvedBy(conflict, ["kind"])).toEqual({ kind: "return", shop: "Porto", till: 3, tags: ["card"] });
  expect(resolvedBy(conflict, ["till"])).toEqual({ kind: "sale", shop: "Porto", tags: ["card"] });
  expect(resolvedBy(conflict, [])).toBeUndefined();
});

test("of an item with fields only what was typed is in question", () => {
  const conflict = { base, mine: { shop: "Faro", till: 3 }, theirs, isWhole: false };
  expect(differingFields(conflict)).toEqual(["shop"]);
  expect(resolvedBy(conflict, ["shop"])).toEqual({ shop: "Faro" });
});

test("a version of a document is all of it: what it did not have is absent again", () => {
  expect(documentAt(theirs, { shop: "Lisbon", tags: null })).toEqual({ kind: "sale", shop: "Lisbon", till: 3 });
});

test("a document's numbers are refused where a double would change them", () => {
  expect(readDocument('{"id": 750727362669608961}').problems.document).toContain("750727362669608961");
  expect(readDocument('{"id": "750727362669608961", "n": 1.50}')).toEqual({
    values: { id: "750727362669608961", n: 1.5 },
    problems: {},
  });
  expect(Object.keys(readDocument("[1]").problems)).toEqual(["document"]);
  expect(Object.keys(readDocument("{").problems)).toEqual(["document"]);
});
