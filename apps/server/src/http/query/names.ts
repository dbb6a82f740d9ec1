import type { Json } from "@plinth/core";
import * as z from "@plinth/engine/zod";

const MAX_NAMES_CHARS = 20_000;

/** Names as one text with commas, as in a query string, or as a list of texts. */
export const namesSchema = z
  .union([z.string().max(MAX_NAMES_CHARS), z.array(z.string().max(MAX_NAMES_CHARS)).min(1).max(1000)], {
    error: "expected a text or a list of texts",
  })
  .transform((names) => (typeof names === "string" ? names : names.join(",")));

/** A body is JSON already, and its parser bounds the depth: zod would recurse until the stack is full. */
export const objectSchema = z.record(z.string(), z.unknown() as z.ZodType<Json>);

/** The input of `expand` where it need not be one text. */
export const expandSchema = z.union([namesSchema, objectSchema], {
  error: "expected a text, a list of texts, or an object with a key for each relation",
});
