import type { Field } from "@plinth/core";
import type { FieldMap, Inferred, InferredField } from "@plinth/formats";
import { usage } from "./errors.ts";

/** What the options `--map`, `--types` and `--unique` say about the fields of a new collection. */

/** The map without the unique fields of related items: `country.cca2` is the field `country`. */
export function withoutKeys(map: FieldMap): FieldMap {
  return Object.fromEntries(Object.entries(map).map(([name, field]) => [name, field?.split(".")[0] ?? null]));
}

export interface FieldChoices {
  readonly types: FieldMap;
  readonly unique: readonly string[];
}

/** The inferred fields, as the user chose them by their names in the file or in the collection. */
export function chosenFields(inferred: Inferred, { types, unique }: FieldChoices): Inferred {
  const isNamed = ({ source, field }: InferredField, name: string): boolean => name === field.name || name === source;
  for (const [option, names] of [
    ["types", Object.keys(types)],
    ["unique", unique],
  ] as const) {
    const missing = names.find((name) => !inferred.fields.some((one) => isNamed(one, name)));
    if (missing !== undefined) throw usage(`--${option}: the file has no ${missing}`);
  }
  const fields = inferred.fields.map((one): InferredField => {
    const [, type] = Object.entries(types).find(([name]) => isNamed(one, name)) ?? [];
    const typed = type ? { ...one, mixed: false, almost: undefined, field: fieldOf(one.field.name, type) } : one;
    const isUnique = unique.some((name) => isNamed(one, name));
    return isUnique ? { ...typed, field: { ...typed.field, unique: true } } : typed;
  });
  return { ...inferred, fields };
}

/** `number`, `decimal(10,4)`, or `relation:countries`. The server refuses types that do not exist. */
function fieldOf(name: string, text: string): Field {
  const [type, to] = text.split(":") as [string, string | undefined];
  if (to) return { name, type: type as Field["type"], to };
  const decimal = /^(\w+)\((\d+),\s*(\d+)\)$/.exec(text);
  if (!decimal) return { name, type: text as Field["type"] };
  return { name, type: decimal[1] as Field["type"], precision: Number(decimal[2]), scale: Number(decimal[3]) };
}
