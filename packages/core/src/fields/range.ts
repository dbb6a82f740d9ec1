import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";

type Ordered = Pick<FieldTypeDefinition, "coerce" | "compare">;

/** `min` and `max` of a field, inclusive. */
export function checkRange(type: Ordered, field: Field, value: Json, path: string): void {
  const { min, max } = field;
  if (min !== undefined && type.compare(value, type.coerce(field, min, path)) < 0)
    throw invalid(path, `must be at least ${min}`);
  if (max !== undefined && type.compare(value, type.coerce(field, max, path)) > 0)
    throw invalid(path, `must be at most ${max}`);
}

/** Bounds are values of the type, and some value lies between them. */
export function checkRangeSettings(type: Ordered, field: Field, at: string): void {
  const bound = (key: "min" | "max"): Json | undefined =>
    field[key] === undefined ? undefined : type.coerce(field, field[key], `${at}.${key}`);
  const [low, high] = [bound("min"), bound("max")];
  if (low !== undefined && high !== undefined && type.compare(high, low) < 0)
    throw invalid(`${at}.max`, "is less than min, so no value is possible");
}
