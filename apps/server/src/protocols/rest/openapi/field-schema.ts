import { constantDefault, type Field, fieldType, isReference } from "@plinth/core";
import { type JsonSchema, nullable } from "../../../http/openapi/json-schema.ts";

/** The property of a row. */
export function rowProperty(field: Field, mayBeHidden: boolean): JsonSchema {
  const value = fieldType(field).rowSchema(field);
  const always = field.required === true && !mayBeHidden;
  return { ...(always ? value : orNull(value)), ...remarks(field) };
}

/**
 * The property of a create or patch. It describes what the server accepts, as far as a schema can: the server itself
 * checks calendars, and the bounds of decimals, dates and times.
 */
export function inputProperty(field: Field): JsonSchema {
  const value = fieldType(field).inputSchema(field);
  const byDefault = constantDefault(field);
  return {
    ...(field.required ? value : orNull(value)),
    ...remarks(field),
    ...(byDefault !== undefined && { default: byDefault }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  return Object.keys(schema).length === 0 ? schema : nullable(schema);
}

function remarks(field: Field): JsonSchema {
  const target = isReference(field) ? `The id of an item of ${field.to}.` : undefined;
  const description = [field.note, target].filter((text) => text !== undefined).join(" ");
  return description === "" ? {} : { description };
}
