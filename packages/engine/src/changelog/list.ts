import {
  type Change,
  type ChangeLog,
  invalid,
  type Json,
  type JsonObject,
  type LogPosition,
  PlinthError,
} from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { positionSeal, splitSignedPosition } from "../kernel/position.ts";
import * as z from "../kernel/zod.ts";
import { logReader } from "./reader.ts";

const DEFAULT_LIMIT = 100;

/** In place of a position: what comes next. */
const NOW = "now";

export const changesSchema = z.strictObject({
  /** The position of an earlier answer. Absent: from the oldest retained change. */
  after: z.string().optional().describe("The position of an earlier answer; `now`: only changes from now on"),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, "must be a whole number from 1")
    .transform(Number)
    .optional(),
  collection: z.string().optional(),
});

export type ChangeQuery = z.output<typeof changesSchema>;

/** `GET /api/changes`: a page of the log, for administrators. */
export async function listChanges(ctx: RequestContext, query: ChangeQuery): Promise<JsonObject> {
  const { engine, driver, catalog } = ctx;
  const collection = query.collection === undefined ? undefined : collectionOf(ctx, query.collection);
  const reader = collection ? ctx.source(collection).log : logReader(engine, driver);
  const { maxLimit } = engine.config;
  const limit = query.limit ?? Math.min(DEFAULT_LIMIT, maxLimit);
  if (limit > maxLimit) throw invalid("limit", `must be a whole number from 1 to ${maxLimit}`);
  if (query.after === NOW) return { data: [], next: await reader.head(catalog.workspaceId), more: false };
  const after = query.after === undefined ? await reader.start() : positionIn(ctx, query.after);
  const page = await reader
    .read(catalog.workspaceId, after, { limit, ...(collection && { collectionIds: [collection.id] }) })
    .catch((error: unknown) => sayWhereToGoOn(error, reader, catalog.workspaceId));
  const slugs = new Map([...catalog.collections.values()].map(({ id, slug }) => [id, slug]));
  return { data: page.changes.map((change) => wire(change, slugs)), next: page.next, more: page.more };
}

/** The position of an item stream has a signature, and may be sealed; here only the log's part counts. */
function positionIn({ engine, catalog }: RequestContext, after: string): LogPosition {
  return splitSignedPosition(positionSeal(engine, catalog.workspaceId).open(after) ?? after).position;
}

/** A caller that first takes this position and then reads the items misses nothing. */
async function sayWhereToGoOn(error: unknown, reader: ChangeLog, workspaceId: string): Promise<never> {
  if (!(error instanceof PlinthError) || error.code !== "GONE") throw error;
  throw new PlinthError("GONE", error.message, { ...error.details, next: await reader.head(workspaceId) });
}

function wire(change: Change, slugs: ReadonlyMap<string, string>): Json {
  const { position, collectionId, item, operation, before, after, actor, requestId, at } = change;
  const collection = slugs.get(collectionId) ?? null;
  return {
    position,
    collection,
    collection_id: collectionId,
    item,
    operation,
    before,
    after,
    actor,
    request_id: requestId,
    at,
  };
}
