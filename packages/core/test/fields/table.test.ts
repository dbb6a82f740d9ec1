import { expect, test } from "bun:test";
import { CAST_TYPES, FIELD_TYPE_NAMES, fieldType, isNumeric } from "@plinth/core";

const types = FIELD_TYPE_NAMES.map((name) => [name, fieldType({ name: "f", type: name })] as const);

test.each(types)("%s goes by its name, and its entries agree", (name, type) => {
  expect(type.name).toBe(name);
  expect(Object.isFrozen(type)).toBe(true);
  // A value that cannot be compared as a whole cannot be a key or a sort term.
  if (!type.indexed)
    expect([type.unique, type.unique_together, type.sorted, type.grouped]).toEqual(Array(4).fill(false));
  if (type.unique) expect(type.unique_together).toBe(true);
  for (const sum of ["sum", "avg"] as const)
    expect(type.aggregates.includes(sum)).toBe(isNumeric({ name: "f", type: name }));
  if (type.defaults.includes("$now")) expect(type.fromInstant?.("2024-05-01T10:00:00.000Z")).toStartWith("2024-05-01");
});

test("casts are offered to types that a cast exists for", () => {
  expect(CAST_TYPES.toSorted()).toEqual(["boolean", "date", "integer", "number", "text", "timestamp"]);
});
