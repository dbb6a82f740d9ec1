import { invalid } from "@plinth/core";
import type { RequestContext } from "@plinth/engine";
import * as z from "zod";
import { FLAG, type JsonSchema, listOf, nullable, object, TEXT } from "./openapi/json-schema.ts";

const DEFAULT_LIMIT = 50;

/** A number in the query string. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, "must be a whole number")
  .transform(Number);

/** Parameters of a list that is read by cursor. */
export const cursorParameters = {
  limit: wholeNumber.optional(),
  cursor: z.string().optional().describe("The next_cursor of the page before; empty or absent for the first page"),
};

export function limitWithin({ engine }: RequestContext, limit = DEFAULT_LIMIT): number {
  const { maxLimit } = engine.config;
  if (limit < 1 || limit > maxLimit) throw invalid("limit", `must be a whole number from 1 to ${maxLimit}`);
  return limit;
}

/** The answer of such a list. */
export function cursorPage(items: JsonSchema): JsonSchema {
  return object({ data: listOf(items), has_more: FLAG, next_cursor: nullable(TEXT) });
}
