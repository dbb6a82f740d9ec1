import { invalid } from "./errors.ts";
import type { Field } from "./fields/field.ts";
import { coerce, fieldType } from "./fields/index.ts";
import type { Json } from "./json.ts";
import { isLiteral, plainValue, requirePlainDeep } from "./query/literal.ts";

/** The default in wire form, or the keyword of one that is generated for each item. */
export function checkDefault(field: Field, value: Json, at: string): Json {
  if (value === null) {
    if (field.required) throw invalid(at, "a required field cannot default to null");
    return null;
  }
  const generated: readonly string[] = fieldType(field).defaults;
  if ((generated as readonly Json[]).includes(value)) return value;
  if (field.unique) throw invalid(at, "a unique field cannot have a constant default");
  requirePlainDeep(value, at, generated);
  const constant = coerce(field, plainValue(value), at);
  return isLiteral(value) ? { $literal: constant } : constant;
}

/** The value of a constant default; undefined where there is no default, or one that is generated for each item. */
export function constantDefault(field: Field): Json | undefined {
  const { default: value } = field;
  if (value === undefined || (fieldType(field).defaults as readonly Json[]).includes(value)) return undefined;
  return plainValue(value);
}
