import { invalid, PlinthError } from "../errors.ts";
import { excerpt, excerptOf } from "../excerpt.ts";
import type { Json, JsonObject } from "../json.ts";
import type { VariableName } from "../principal.ts";
import type { Arithmetic, FieldTypeDefinition, StorageClass } from "./definition.ts";
import type { Field } from "./field.ts";
import { checkIndexedText } from "./index-limit.ts";
import { FIELD_TYPES } from "./table.ts";

/** Questions about a field, so that the rest of the code names no type. */

export function fieldType(field: Field): FieldTypeDefinition {
  return FIELD_TYPES[field.type];
}

/** Checks a non-null value against its field and returns the wire form. Throws `VALIDATION` naming `path`. */
export function coerce(field: Field, value: Json, path: string = field.name): Json {
  const type = fieldType(field);
  const typed = coerceType(field, value, path);
  type.check?.(field, typed, path);
  if (field.index_bytes !== undefined) checkIndexedText(field, typed as string, path);
  return typed;
}

/** The same without the field's own bounds: a filter may compare with any value of the type. */
export function coerceType(field: Field, value: Json, path: string): Json {
  try {
    return fieldType(field).coerce(field, value, path);
  } catch (error) {
    throw withValue(error, value, path);
  }
}

/** What came, after what was expected. */
function withValue(error: unknown, value: Json, path: string): unknown {
  if (!(error instanceof PlinthError) || error.details?.field !== excerpt(path)) return error;
  const message = error.message.slice(excerpt(path).length + 2);
  return message.startsWith("expected ") ? invalid(path, `${message}, got ${excerptOf(value)}`, error.code) : error;
}

/** By the order of the field's type. Inside JSON, or without a field, compares scalars of one kind. */
export function compareValues(field: Field, a: Json, b: Json): number {
  return fieldType(field).compare(a, b);
}

/** How many characters its texts may have. */
export function longestText(field: Field): number {
  const { maxLength, enum: values } = fieldType(field).inputSchema(field);
  if (Array.isArray(values)) return Math.max(0, ...values.map((value) => String(value).length));
  return typeof maxLength === "number" ? maxLength : Number.POSITIVE_INFINITY;
}

/** The column of a field that has one. */
export function storageOf(field: Field): StorageClass {
  const { storage } = fieldType(field);
  if (storage === null) throw new Error(`${field.name} has no column`);
  return storage;
}

/** Throws where the type has none: only values that are known to be numbers are added. */
export function arithmeticOf(field: Field): Arithmetic {
  const { arithmetic } = fieldType(field);
  if (!arithmetic) throw new Error(`${field.name} has the type ${field.type}, which cannot be summed`);
  return arithmetic;
}

/** A view of other items, not a value of its own: a list has no column. */
export function isVirtual(field: Field): boolean {
  return fieldType(field).kind === "list";
}

/** Holds the id of one other item. */
export function isReference(field: Field): boolean {
  return fieldType(field).kind === "reference";
}

/** Refers to other items: to one, or to a list of them. */
export function isRelational(field: Field): boolean {
  return isReference(field) || isVirtual(field);
}

/** Of a list in an order of its own: the field of its junction that holds each place. */
export function orderOf(field: Field): Field | undefined {
  return fieldType(field).order;
}

/** As definitions are stored: with the settings that its type implies in the collection `slug`. */
export function completeField(field: Field, slug?: string): Field {
  return fieldType(field).complete?.(field, slug) ?? field;
}

/** The unique fields of the related item that a text names in place of its id. */
export function lookupOf(field: Field, text: string): JsonObject | undefined {
  return fieldType(field).lookup?.(field, text);
}

export function isText(field: Field): boolean {
  return fieldType(field).kind === "text";
}

export function isJson(field: Field): boolean {
  return fieldType(field).kind === "json";
}

/** Has values that can be added up, and so incremented by `$inc`. */
export function isNumeric(field: Field): boolean {
  return fieldType(field).arithmetic !== undefined;
}

/** Whether a variable's value is valid for the field. */
export function variableFits(field: Field, variable: VariableName): boolean {
  return fieldType(field).variables.includes(variable);
}

/** Its values are days, which belong to no time zone. */
export function isOfDays(field: Field): boolean {
  return fieldType(field).calendar?.zoned === false;
}

/** The request's time as a value of the field. */
export function instantAs(field: Field, iso: string): string {
  return fieldType(field).fromInstant?.(iso) ?? iso;
}
