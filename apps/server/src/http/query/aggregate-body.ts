import { type AggregateFunction, BUCKETS, CAST_TYPES, parseSortText } from "@plinth/core";
import { AGGREGATE_FUNCTIONS, type AggregateInput } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { namesSchema, objectSchema } from "./names.ts";

const name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must start with a letter and hold only a-z, 0-9 and _");

const measure = z.strictObject({
  ...(Object.fromEntries(AGGREGATE_FUNCTIONS.map((fn) => [fn, z.string().optional()])) as Record<
    AggregateFunction,
    z.ZodOptional<z.ZodString>
  >),
  cast: z.enum(CAST_TYPES).optional(),
});
export const aggregateShape = {
  aggregates: z
    .record(name, measure)
    .describe('Names for results: {"films": {"count": "*"}, "best": {"max": "rating", "cast": "text"}}'),
  group_by: z
    .array(
      z.union(
        [
          z.string(),
          z.strictObject({
            field: z.string(),
            as: name.optional(),
            bucket: z.enum(BUCKETS).optional(),
            time_zone: z.string().max(64).optional(),
            cast: z.literal("text").optional(),
          }),
        ],
        { error: `expected a field, or {"field", "as", "bucket": ${BUCKETS.join("|")}, "time_zone", "cast": "text"}` },
      ),
    )
    .max(10)
    .default([]),
  filter: objectSchema.optional(),
  having: objectSchema.optional(),
  sort: namesSchema.optional(),
};

export const aggregateSchema = z.strictObject({
  ...aggregateShape,
  limit: z.int().min(1).default(50),
  offset: z.int().min(0).default(0),
});

/** The engine's input from a body. */
export function aggregateInputOf<Body extends z.output<typeof aggregateSchema>>(
  body: Body,
): Omit<Body, "sort"> & AggregateInput {
  const { sort, ...rest } = body;
  return { ...rest, ...(sort !== undefined && { sort: parseSortText(sort) }) };
}
