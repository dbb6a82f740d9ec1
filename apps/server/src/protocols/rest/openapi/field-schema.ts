import { constantDefault, type Field, fieldType, isReference } from "@plinth/core";
import { type JsonSchema, nullable } from "../../../http/openapi/json-schema.ts";

/** Whether the caller may read the collection. */
export type Readable = (slug: string) => boolean;

/** The property of a row. */
export function rowProperty(field: Field, mayBeHidden: boolean, readable: Readable): JsonSchema {
  const value = fieldType(field).rowSchema(field);
  const always = field.required === true && !mayBeHidden;
  return { ...(always ? value : orNull(value)), ...remarks(field, readable) };
}

/**
 * The property of a create or patch. It describes what the server accepts, as far as a schema can: the server itself
 * checks calendars, and the bounds of decimals, dates and times.
 */
export function inputProperty(field: Field, readable: Readable): JsonSchema {
  const value = fieldType(field).inputSchema(field);
  const byDefault = constantDefault(field);
  return {
    ...(field.required ? value : orNull(value)),
    ...remarks(field, readable, LOOKUP),
    ...(byDefault !== undefined && { default: byDefault }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  return Object.keys(schema).length === 0 ? schema : nullable(schema);
}

const LOOKUP = ' Instead of it, `{"$lookup": {"code": "AD"}}` finds the item by a unique field.';

function remarks(field: Field, readable: Readable, more = ""): JsonSchema {
  const of = readable(field.to ?? "") ? ` of ${field.to}` : "";
  const target = isReference(field) ? `The id of an item${of}.${more}` : undefined;
  const description = [field.note, target].filter((text) => text !== undefined).join(" ");
  return description === "" ? {} : { description };
}
