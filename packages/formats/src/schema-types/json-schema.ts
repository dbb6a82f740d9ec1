import { isObject, type JsonObject } from "@plinth/core";

const SCALARS: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
  array: "unknown[]",
  object: "object",
};

/** The TypeScript type of the values that a JSON Schema describes, without formats and bounds. */
export function typeOfSchema(schema: JsonObject): string {
  const { anyOf, enum: values, type } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(anyOf)) {
    return [...new Set(anyOf.filter(isObject).map(typeOfSchema))].join(" | ");
  }
  return (typeof type === "string" && SCALARS[type]) || "unknown";
}
