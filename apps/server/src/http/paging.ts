import { invalid } from "@plinth/core";
import type { PageQuery, RequestContext } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { FLAG, type JsonSchema, listOf, nullable, object, TEXT } from "./openapi/json-schema.ts";

const DEFAULT_LIMIT = 50;

/** A number in the query string. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, "must be a whole number")
  .transform(Number);

const cursorParameters = {
  limit: wholeNumber.optional().describe(`The most entries of the page; ${DEFAULT_LIMIT} unless given`),
  cursor: z.string().optional().describe("The next_cursor of the page before; empty or absent for the first page"),
};

/** The parameters of a list that is read by cursor, beside those that choose its entries. */
export function withCursor(query: z.ZodObject = z.strictObject({})): z.ZodObject {
  return query.extend(cursorParameters);
}

/** These parameters with the limit that counts. */
export function pageIn<Query extends object>({ engine }: RequestContext, query: Query): Query & PageQuery {
  const { limit = DEFAULT_LIMIT } = query as { limit?: number };
  const { maxLimit } = engine.config;
  if (limit < 1 || limit > maxLimit) throw invalid("limit", `must be a whole number from 1 to ${maxLimit}`);
  return { ...query, limit };
}

/** The answer of such a list. */
export function cursorPage(items: JsonSchema): JsonSchema {
  return object({ data: listOf(items), has_more: FLAG, next_cursor: nullable(TEXT) });
}
