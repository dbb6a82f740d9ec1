import { invalid } from "../errors.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { trimmedCell } from "./string.ts";

/** The items that refer to this one, as a list for `expand`. A view of other items, without its own column. */
export const relationMany: FieldTypeDefinition = Object.freeze({
  name: "relation_many",
  kind: "list",
  storage: null,
  coerce(field, _value, path) {
    throw invalid(path, `${field.name} is a list of related items and cannot be written as a value`);
  },
  compare: compareScalars,
  settings: ["to", "via", "through", "target"],
  checkSettings(field, at) {
    for (const key of ["required", "unique", "indexed", "default"] as const) {
      if (field[key] !== undefined && field[key] !== false)
        throw invalid(`${at}.${key}`, `${field.name} has no stored value`);
    }
    if (!field.to) throw invalid(`${at}.to`, "expected the collection that the relation points to");
    if (!field.via) throw invalid(`${at}.via`, "expected the relation field that points back to this collection");
    if (!field.through && field.target) throw invalid(`${at}.target`, "is only used together with through");
    if (field.through && !field.target)
      throw invalid(`${at}.target`, `expected the relation field of ${field.through} that points to ${field.to}`);
  },
  defaults: [],
  variables: [],
  operators: [],
  aggregates: [],
  unique: false,
  unique_together: false,
  indexed: false,
  sorted: false,
  grouped: false,
  readCell: trimmedCell,
  rowSchema: () => ({ type: "array", items: { type: "object" } }),
  inputSchema: () => ({ type: "array", items: { type: "object" } }),
} satisfies FieldTypeDefinition);
