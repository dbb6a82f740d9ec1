import { checkJson, type Json, parseSortText } from "@plinth/core";
import type { ListInput } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { expandInputOf, parseExpandText } from "./expand.ts";
import { expandSchema, namesSchema, objectSchema } from "./names.ts";
import { parseCountsText, parseFieldsText } from "./texts.ts";

/** `POST /api/items/:slug/query`: the parameters of a list as JSON. They are validated where a list's are. */
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

/** The engine's input from a body. */
export function listInputOf(body: z.output<typeof listBodySchema>): ListInput {
  const { filter, sort, fields, expand, limit, offset, cursor, meta, count, explain } = body;
  return {
    filter: filter && checkJson(filter, "filter"),
    sort: sort === undefined ? undefined : parseSortText(sort),
    fields: fields === undefined ? undefined : parseFieldsText(fields),
    expand: expandOf(expand),
    limit,
    offset,
    cursor: cursor === "" ? null : cursor,
    counts: parseCountsText(meta, count),
    explain,
  };
}

function expandOf(expand: Json | undefined) {
  if (typeof expand === "string") return parseExpandText(expand);
  return expandInputOf(expand && checkJson(expand, "expand"), "expand", 0);
}
