import { invalid } from "../errors.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { trimmedCell } from "./string.ts";

/** The items that point here, as a list that `expand` asks for. A view of other items, without a column of its own. */
export const relationMany: FieldTypeDefinition = Object.freeze({
  name: "relation_many",
  kind: "list",
  storage: null,
  coerce(field, _value, path) {
    throw invalid(path, `${field.name} is a list of related items`);
  },
  compare: compareScalars,
  settings: ["to", "via", "through", "target"],
  checkSettings(field, at) {
    for (const key of ["required", "unique", "indexed", "default"] as const) {
      if (field[key] !== undefined && field[key] !== false)
        throw invalid(`${at}.${key}`, `${field.name} has no value of its own`);
    }
    if (!field.to) throw invalid(`${at}.to`, "a relation names the collection it points to");
    if (!field.via) throw invalid(`${at}.via`, "names the relation field that points back here");
    if (!field.through && field.target) throw invalid(`${at}.target`, "goes with through");
    if (field.through && !field.target)
      throw invalid(`${at}.target`, `names the relation field of ${field.through} that points to ${field.to}`);
  },
  defaults: [],
  variables: [],
  operators: [],
  aggregates: [],
  unique: false,
  uniqueTogether: false,
  indexed: false,
  sorted: false,
  grouped: false,
  readCell: trimmedCell,
  rowSchema: () => ({ type: "array", items: { type: "object" } }),
  inputSchema: () => ({ type: "array", items: { type: "object" } }),
} satisfies FieldTypeDefinition);
