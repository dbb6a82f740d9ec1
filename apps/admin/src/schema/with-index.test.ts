import { expect, test } from "bun:test";
import { EMPTY_DRAFT, withField } from "./draft.ts";
import { hasIndex, withIndex } from "./with-index.ts";

const DRAFT = withField(EMPTY_DRAFT, { field: { name: "city", type: "text" } });

test("an index by one field is a setting of the field", () => {
  const draft = withIndex(DRAFT, ["city"]);
  expect(draft.fields[0]!.field).toEqual({ name: "city", type: "text", indexed: true });
  expect([hasIndex(DRAFT, ["city"]), hasIndex(draft, ["city"])]).toEqual([false, true]);
});

test("an index by several is a set in their order, and is added once", () => {
  const draft = withIndex(withIndex(DRAFT, ["owner_id", "city"]), ["owner_id", "city"]);
  expect(draft.indexes).toEqual([["owner_id", "city"]]);
  expect(hasIndex(draft, ["city", "owner_id"])).toBe(false);
});
