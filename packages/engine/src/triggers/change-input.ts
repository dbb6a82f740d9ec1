import { excerpt, invalid } from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { type ChangeFilters, parseChangeFilter } from "./change-filter.ts";
import type { MessageContent } from "./change-message.ts";
import { ALL_COLLECTIONS, collectionsNamedBy, EVENT_PATTERN } from "./events.ts";

const MAX_EVENTS = 50;
const MAX_FIELDS = 200;
const MAX_FILTER_CHARS = 8192;

export const itemCondition = z
  .json()
  .nullable()
  .refine(
    (value) => JSON.stringify(value).length <= MAX_FILTER_CHARS,
    `may have ${MAX_FILTER_CHARS} characters as JSON`,
  );

/** Which changes, and what is sent of them. */
export const changeSettings = {
  events: z
    .array(z.string().regex(EVENT_PATTERN, 'must be such as "posts.create", "posts.*" or "*.delete"'))
    .min(1)
    .max(MAX_EVENTS)
    .describe("A change fits if one of them does: a collection or `*`, and create, update, delete or `*`"),
  filter: itemCondition.describe("A condition that the item fulfils after the change; of a deleted one, as it was"),
  filter_before: itemCondition.describe("A condition that the item fulfilled before the change; a new item had none"),
  payload: z
    .strictObject({
      fields: z
        .array(z.string().min(1).max(100))
        .max(MAX_FIELDS)
        .nullable()
        .default(null)
        .describe("The fields of the item that are sent; null: all"),
      before: z.boolean().default(true).describe("Whether the item is sent as it was before the change, too"),
    })
    .describe("What is sent of the item"),
};

export interface ChangeSettings extends ChangeFilters {
  readonly events: readonly string[];
  readonly payload: MessageContent;
}

/** Another one each time: who gets it may change it. */
export const wholeItem = () => ({ fields: null, before: true });

/** Throws `VALIDATION` for collections, conditions and fields that are not there. */
export function checkChangeSettings(ctx: RequestContext, { events, payload, ...filters }: ChangeSettings): void {
  const named = collectionsNamedBy(events);
  const collections = named.filter((slug) => slug !== ALL_COLLECTIONS).map((slug) => collectionOf(ctx, slug, "events"));
  for (const path of ["filter", "filter_before"] as const) {
    if (filters[path] === null) continue;
    if (collections.length < named.length) throw invalid(path, "needs events that name their collections");
    for (const collection of collections) parseChangeFilter(ctx.catalog, collection, filters[path], path);
  }
  if (!payload.fields || collections.length < named.length) return;
  for (const name of payload.fields) {
    if (collections.some(({ byName, kind }) => kind === "document" || byName.has(name))) continue;
    throw invalid("payload.fields", `none of the collections has a field ${excerpt(name)}`, "UNKNOWN_FIELD");
  }
}
