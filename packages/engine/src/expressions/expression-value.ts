import type { Json } from "@plinth/core";

/**
 * A copy whose objects have no prototype. The interpreter of expressions knows a map by its constructor, and what some hosts have parsed comes
 * from another realm, whose `Object` and `Array` are others.
 */
export function expressionValue(value: Json): Json {
  if (Array.isArray(value)) return listOf(value.map(expressionValue));
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.create(null) as Record<string, Json>;
  for (const [key, one] of Object.entries(value)) copy[key] = expressionValue(one);
  return copy;
}

/** Where a host puts something in the place of `Array`, lists do not name it as their constructor. */
function listOf(values: Json[]): Json[] {
  return values.constructor === Array ? values : Object.defineProperty(values, "constructor", { value: Array });
}
