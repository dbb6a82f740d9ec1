import { isObject, type Json } from "@plinth/core";
import type { LiveQueryInput } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { aggregateInputOf, aggregateSchema } from "./aggregate-body.ts";
import { listBodySchema, listInputOf } from "./list-body.ts";

const collection = z.string();
const list = listBodySchema
  .pick({ filter: true, sort: true, fields: true, expand: true })
  .extend({ collection, limit: z.int().min(1).optional() });
const aggregated = aggregateSchema.extend({ collection });

/** A list like `GET /api/items/:slug`, or with `aggregates` like `POST …/aggregate`. */
export const liveBodySchema = z.union([list, aggregated]);
export type LiveBody = z.output<typeof liveBodySchema>;

/** The form that a query is meant to have, so that an error can name the mistake. */
export function liveSchemaFor(query: unknown): z.ZodType<LiveBody> {
  const groups =
    isObject(query as Json) && ["aggregates", "group_by", "having"].some((name) => name in (query as object));
  return groups ? aggregated : list;
}

/** The engine's input from a body. */
export function liveInputOf(body: LiveBody): LiveQueryInput {
  if ("aggregates" in body) return aggregateInputOf(body);
  const { collection, ...query } = body;
  const { filter, sort, fields, expand, limit } = listInputOf(query);
  return { collection, filter, sort, fields, expand, limit };
}
