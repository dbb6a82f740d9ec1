import { invalid, type Json, type Row } from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { resolveLookups } from "./lookup.ts";
import { type UpsertMeta, upsertMeta } from "./replay.ts";
import { conflictFields, upsertOperation } from "./upsert.ts";
import { commitBatch, replayableResult } from "./write-batch.ts";

const MAX_ITEMS = 1000;

/** How an upsert finds existing items, and what it does with them. */
export interface UpsertInput {
  /** A unique field, or a set of fields that is unique together. */
  readonly on_conflict: readonly string[];
  /** Default `merge`. */
  readonly resolution?: "merge" | "ignore" | undefined;
}

export interface UpsertResult {
  readonly data: Row | Row[];
  readonly meta: UpsertMeta;
}

/** Inserts new items; updates or ignores existing ones. */
export async function upsertItems(
  ctx: RequestContext,
  slug: string,
  input: UpsertInput,
  body: Json,
): Promise<UpsertResult> {
  const collection = collectionOf(ctx, slug);
  const { on_conflict, resolution = "merge" } = input;
  const list = Array.isArray(body) ? body : [body];
  if (list.length === 0) throw invalid("body", "expected at least one item");
  if (list.length > MAX_ITEMS)
    throw invalid("body", `at most ${MAX_ITEMS} items can be written at once`, "LIMIT_EXCEEDED");
  const path = (index: number) => (Array.isArray(body) ? String(index) : "");
  const inputs = list.map((item, i) => ({ action: "create" as const, collection, body: item, path: path(i) }));
  const upsert = upsertOperation(ctx, collection, await resolveLookups(ctx, inputs), {
    fields: conflictFields(ctx, collection, on_conflict, "on_conflict", resolution === "merge"),
    merge: resolution === "merge",
    prefix: path,
  });
  const replay = () => {
    const data = upsert.replay();
    return replayableResult(false, { data: Array.isArray(body) ? data : data[0]!, meta: upsert.replayResults() });
  };
  const { rows, results } = await upsert.answer(await commitBatch(ctx, { steps: upsert.steps, replay }));
  return { data: Array.isArray(body) ? rows : rows[0]!, meta: upsertMeta(results) };
}
