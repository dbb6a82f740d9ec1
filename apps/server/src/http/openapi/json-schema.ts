import type { Json } from "@plinth/core";

/** A JSON Schema of draft 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = { [keyword: string]: Json };

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema?: JsonSchema;
  /** Instead of `schema`, for values that are JSON themselves. */
  content?: { [mediaType: string]: { schema: JsonSchema } };
}

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const data = (schema: JsonSchema): JsonSchema => object({ data: schema });
export const listOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
export const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] });

/** An object with required properties; keys that end with `?` are optional. */
export function object(properties: Record<string, JsonSchema>): JsonSchema {
  const names = Object.keys(properties);
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ""), properties[name]!])),
    required: names.filter((name) => !name.endsWith("?")),
  };
}

export const TEXT: JsonSchema = { type: "string" };
export const FLAG: JsonSchema = { type: "boolean" };
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };
export const UUID: JsonSchema = { type: "string", format: "uuid" };
export const INSTANT: JsonSchema = { type: "string", format: "date-time" };
/** Allows additional keys. */
export const open = (schema: JsonSchema): JsonSchema => ({ ...schema, additionalProperties: true });
export const ANY_OBJECT: JsonSchema = open({ type: "object" });
