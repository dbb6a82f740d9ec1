import type { Json, JsonObject } from "@plinth/core";

/** Both must hold. */
export function both(filter: JsonObject | undefined, condition: JsonObject | undefined): JsonObject | undefined {
  if (!filter || Object.keys(filter).length === 0) return condition;
  if (!condition) return filter;
  const isList = Object.keys(filter).length === 1 && Array.isArray(filter.$and);
  return { $and: [...(isList ? (filter.$and as JsonObject[]) : [filter]), condition] };
}

/** The field has the value; null: it has none. */
export function holds(field: string, value: Json): JsonObject {
  if (value === null) return { [field]: { _null: true } };
  // A text that begins with `$` would be a variable.
  return { [field]: { _eq: typeof value === "string" && value.startsWith("$") ? { $literal: value } : value } };
}
