import { expect, test } from "bun:test";
import type { Field } from "@plinth/core";
import { fieldDeclaration } from "../src/schema-types/declaration.ts";

const collection = { slug: "albums", kind: "managed", fields: [], system_fields: [] } as never;
const declared = (field: Field): string | undefined =>
  fieldDeclaration(field, collection, new Set(["files", "tags"]), undefined);

test("a list is written as a whole where it has an order", () => {
  expect(declared({ name: "pages", type: "files", to: "files" })).toBe('Many<"files", readonly string[]>');
  expect(declared({ name: "tags", type: "relation_many", to: "tags" })).toBe('Many<"tags">');
  expect(declared({ name: "gone", type: "relation_many", to: "gone" })).toBeUndefined();
});
