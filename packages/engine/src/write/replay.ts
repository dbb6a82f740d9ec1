import { and, FULL_ACCESS, isObject, type Json, type JsonObject, type Row } from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import type { ReplayableResult, StoredAnswer, UpsertAction } from "../kernel/idempotency-lock.ts";
import { itemTag } from "../kernel/item-tag.ts";
import { hasIdAmong, hasValues } from "../read/conditions.ts";
import { findVisibleById, showById } from "./create.ts";
import { type JobReplay, replayedJob } from "./enqueue.ts";

/** The answer to a completed write, made from what the write stored. */
export async function replayAnswer(ctx: RequestContext, result: ReplayableResult): Promise<StoredAnswer> {
  const body = (await replayValue(ctx, result.body as JsonObject)) as JsonObject;
  const inserted = isObject(body.meta) ? Number(body.meta.inserted) > 0 : false;
  return {
    status: result.created || inserted ? 201 : 200,
    etag: itemTag(ctx, body.data!) ?? null,
    body: JSON.stringify(body),
  };
}

async function replayValue(ctx: RequestContext, value: Json): Promise<Json> {
  if (Array.isArray(value)) {
    const rebuilt: Json[] = [];
    for (const one of value) rebuilt.push(await replayValue(ctx, one));
    return rebuilt;
  }
  if (!isObject(value)) return value;
  if (value.$row) {
    const [slug, id] = value.$row as [string, string];
    const collection = ctx.catalog.collections.get(slug);
    const row = collection ? (await showById(ctx, collection, [id]))[0]! : { id };
    return value.$with ? { ...row, ...((await replayValue(ctx, value.$with)) as JsonObject) } : row;
  }
  if (value.$job) return replayedJob(ctx, ...(value.$job as JobReplay));
  if (value.$key) return byKey(ctx, ...(value.$key as [string, Row, string | null]));
  if (value.$upserted) {
    const results = await upsertResults(ctx, ...(value.$upserted as UpsertedText));
    return { ...upsertMeta(results) };
  }
  if (value.$result) return (await upsertResults(ctx, ...(value.$result as UpsertedText)))[0]!;
  const rebuilt: JsonObject = {};
  for (const [name, part] of Object.entries(value)) rebuilt[name] = await replayValue(ctx, part);
  return rebuilt;
}

/**
 * An item known only by its unique values. If `made` is the id of a new item and the stored item has another id, the
 * upsert ignored it: if the caller may not see it, its id stays hidden too.
 */
async function byKey(ctx: RequestContext, slug: string, values: Row, made: string | null): Promise<Json> {
  const collection = ctx.catalog.collections.get(slug);
  if (!collection) return null;
  const where = hasValues(collection, Object.keys(values), values);
  const tree = { collection, policy: FULL_ACCESS, where, select: ["id"], sort: [], limit: { value: 1 } };
  const { rows } = await ctx.source(collection).store.find(tree, bind(ctx, []));
  if (rows.length === 0) return null;
  const id = rows[0]!.id as string;
  const [row] = await findVisibleById(ctx, collection, [id]);
  return row ?? (made === null || made === id ? { id } : values);
}

const LOOK_UP = 50;

type UpsertedText = [slug: string, ids: string[], now: string, merge: boolean];

export interface UpsertMeta {
  readonly inserted: number;
  readonly updated: number;
  readonly ignored: number;
  /** One for each item, in order. */
  readonly results: UpsertAction[];
}

export function upsertMeta(results: UpsertAction[]): UpsertMeta {
  const count = (one: UpsertAction): number => results.filter((other) => other === one).length;
  return { inserted: count("inserted"), updated: count("updated"), ignored: count("ignored"), results };
}

/** Items stored under an id that the request generated, created at its own time, were inserted by it. */
async function upsertResults(ctx: RequestContext, ...[slug, ids, now, merge]: UpsertedText): Promise<UpsertAction[]> {
  const collection = ctx.catalog.collections.get(slug);
  const inserted = new Set<string>();
  const different = [...new Set(ids)];
  for (let from = 0; collection && from < different.length; from += LOOK_UP) {
    const where = and(
      hasIdAmong(collection, different.slice(from, from + LOOK_UP)),
      hasValues(collection, ["created_at"], { created_at: now }),
    );
    const limit = { value: LOOK_UP };
    const tree = { collection, policy: FULL_ACCESS, where, select: ["id"], sort: [], limit };
    for (const { id } of (await ctx.source(collection).store.find(tree, bind(ctx, []))).rows)
      inserted.add(id as string);
  }
  // If an item occurs twice, the first occurrence inserted it.
  return ids.map((id) => (inserted.delete(id) ? "inserted" : merge ? "updated" : "ignored"));
}
