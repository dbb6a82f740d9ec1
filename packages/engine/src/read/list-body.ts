import { checkJson, type Json } from "@plinth/core";
import * as z from "zod";

/** What a list takes, in a query string or a body. */
export const LIST_PARAMETERS = [
  "filter",
  "sort",
  "fields",
  "expand",
  "limit",
  "offset",
  "cursor",
  "meta",
  "count",
  "explain",
] as const;

const MAX_NAMES_CHARS = 20_000;

/** Names as one text with commas, as a query string has them, or as a list of texts. */
export const namesSchema = z
  .union([z.string().max(MAX_NAMES_CHARS), z.array(z.string().max(MAX_NAMES_CHARS)).min(1).max(1000)], {
    error: "expected a text or a list of texts",
  })
  .transform((names) => (typeof names === "string" ? names : names.join(",")));

/** A body is JSON already, and its depth is bounded by whoever understands it: zod would walk it until the stack is full. */
export const objectSchema = z.record(z.string(), z.unknown() as z.ZodType<Json>);

/** What `expand` takes where it need not be one text. */
export const expandSchema = z.union([namesSchema, objectSchema], {
  error: "expected a text, a list of texts, or an object with a key for each relation",
});

/** `POST /api/items/:slug/query`: the parameters of a list as JSON. What they may be is decided where the list's are. */
export const listBodySchema = z.strictObject({
  filter: objectSchema.optional(),
  sort: namesSchema.optional(),
  fields: namesSchema.optional(),
  expand: expandSchema.optional(),
  limit: z.int().optional(),
  offset: z.int().optional(),
  cursor: z.string().optional(),
  meta: namesSchema.optional(),
  count: z.enum(["exact", "estimate"]).optional(),
  explain: z.boolean().optional(),
});

/** The query string that says the same. */
export function searchOfList(body: z.output<typeof listBodySchema>): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of LIST_PARAMETERS) {
    const value = body[name];
    if (value !== undefined) search.set(name, textOf(value, name));
  }
  return search;
}

function textOf(value: Exclude<Json, null>, name: string): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "object" ? JSON.stringify(checkJson(value, name)) : String(value);
}
