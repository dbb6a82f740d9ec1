import type { Json } from "@plinth/core";
import * as z from "@plinth/engine/zod";
import type { JsonSchema, Parameter } from "./json-schema.ts";

/** The JSON Schema of a zod schema's input. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, $defs, ...rest } = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  return $defs === undefined ? rest : (withoutDefinitions(rest) as JsonSchema);
}

/** Only `z.json()` makes definitions, and a schema for any JSON is empty. */
function withoutDefinitions(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutDefinitions);
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.$ref === "string" && value.$ref.startsWith("#/$defs/")) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutDefinitions(inner)]));
}

/** Query parameters from the object that validates them. */
export function parametersOf(schema: z.ZodObject): Parameter[] {
  const { properties = {}, required = [] } = schemaOf(schema);
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, ...rest }]) => ({
    name,
    in: "query",
    ...((required as string[]).includes(name) && { required: true }),
    ...(typeof description === "string" && { description }),
    schema: rest,
  }));
}
