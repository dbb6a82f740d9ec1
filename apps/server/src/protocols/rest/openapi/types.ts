import type { ErrorCode, Json } from "@plinth/core";

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

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** What one route takes and gives; `document.ts` turns it into OpenAPI. */
export interface Operation {
  id: string;
  method: Method;
  /** With `{name}` for parameters. */
  path: string;
  tag: string;
  summary: string;
  /** `anyone`: no credentials are looked at. `caller`: they decide what is answered. The rest need them. */
  access: "anyone" | "caller" | "user" | "admin" | "operator";
  parameters?: readonly Parameter[];
  body?: JsonSchema;
  /** The body may be left out. */
  bodyOptional?: boolean;
  /** Media types of the body, where it is not JSON. */
  bodyTypes?: readonly string[];
  status?: number;
  response: JsonSchema;
  responseTypes?: readonly string[];
  responseHeaders?: readonly string[];
  /** Refusals beyond those that follow from `access`, body and parameters. */
  errors?: readonly ErrorCode[];
}

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const data = (schema: JsonSchema): JsonSchema => object({ data: schema });
export const listOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
export const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] });

/** An object whose properties are all there; keys that end with `?` may be missing. */
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
