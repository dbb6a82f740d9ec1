import { type Collection, invalid, isUuid, type Json, type Row } from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { replayableRow } from "../kernel/idempotency-lock.ts";
import { changeStep, deleteStep, prepareChange } from "./change.ts";
import { createStep, type PreparedCreate, prepareCreate } from "./create.ts";
import { changeGraph, createGraph, graphContext, hasGraph } from "./graph.ts";
import { type LookupInput, resolveLookup, resolveLookups } from "./lookup.ts";
import { commitBatch, commitOperations, replayableResult } from "./write-batch.ts";

export { type PreparedCreate, prepareCreate } from "./create.ts";

export const MAX_CREATE = 1000;

/** `POST /api/items/:slug`: one object or a list, all or nothing. Returns what the caller may see of each. */
export async function createItems(ctx: RequestContext, slug: string, body: Json): Promise<Row | Row[]> {
  const collection = collectionOf(ctx, slug);
  const given = Array.isArray(body) ? body : [body];
  if (given.length === 0) throw invalid("body", "expected at least one item");
  if (given.length > MAX_CREATE)
    throw invalid("body", `at most ${MAX_CREATE} items can be created at once`, "LIMIT_EXCEEDED");
  const list = given.some((item) => hasGraph(collection, item))
    ? await resolveLookups(ctx, locatedBodies(collection, given, Array.isArray(body)))
    : given;
  if (list.some((item) => hasGraph(collection, item))) return createGraphs(ctx, collection, list, Array.isArray(body));
  const prepared = list.map((item, i) => prepareCreate(ctx, collection, item, Array.isArray(body) ? String(i) : ""));
  const step = createStep(ctx, collection, prepared);
  const [results] = await commitBatch(ctx, {
    steps: [step],
    replay() {
      const data = prepared.map(({ row }) => replayableRow(slug, row.id as string));
      return replayableResult(true, { data: Array.isArray(body) ? data : data[0]! });
    },
  });
  const shown = step.answer(results!);
  return Array.isArray(body) ? shown : shown[0]!;
}

function locatedBodies(collection: Collection, list: readonly Json[], many: boolean): LookupInput[] {
  return list.map((body, i) => ({ action: "create", collection, body, path: many ? String(i) : "" }));
}

/** Items with related ones, all in one batch. */
async function createGraphs(
  ctx: RequestContext,
  collection: Collection,
  list: readonly Json[],
  many: boolean,
): Promise<Row | Row[]> {
  let written = 0;
  const graphs = list.map((item, i) => {
    const context = graphContext(ctx, undefined, written);
    const graph = createGraph(context, collection, item, many ? String(i) : "");
    written = context.written;
    return graph;
  });
  const rows = await commitOperations(ctx, graphs, () => {
    const data = graphs.map((graph) => graph.replay());
    return replayableResult(true, { data: many ? data : data[0]! });
  });
  return (many ? rows : rows[0]) as Row | Row[];
}

/** Writes prepared items as one batch. */
export async function insertPrepared(
  ctx: RequestContext,
  collection: Collection,
  prepared: readonly PreparedCreate[],
): Promise<void> {
  const steps = [createStep(ctx, collection, prepared)];
  await commitBatch(ctx, { steps, replay: () => replayableResult(true, {}) });
}

/** The item's version as the caller knows it: the versions that it may have. */
export interface Precondition {
  readonly versions?: readonly number[] | undefined;
}

/** `PATCH`: sets the fields in the body. A document is merged by RFC 7396. */
export const patchItem = changeItem("partial");

/** `PUT`: fields not in the body get their default, or null. Id, owner and creation time stay. */
export const replaceItem = changeItem("replace");

function changeItem(mode: "partial" | "replace") {
  return async (
    ctx: RequestContext,
    slug: string,
    id: string,
    given: Json,
    { versions }: Precondition = {},
  ): Promise<Row> => {
    const collection = collectionOf(ctx, slug);
    const body = await resolveLookup(ctx, "update", collection, given);
    if (hasGraph(collection, body)) {
      const target = { collection, id, versions, guarded: true };
      const graph = changeGraph(graphContext(ctx), target, body, mode, "");
      const [row] = await commitOperations(ctx, [graph], () => replayableResult(false, { data: graph.replay() }));
      return row as Row;
    }
    const change = prepareChange(ctx, collection, body, mode);
    const step = changeStep(ctx, { collection, id, versions, guarded: ctx.lock !== undefined }, change);
    const replay = () => replayableResult(false, { data: replayableRow(slug, id.toLowerCase()) });
    const [results] = await commitBatch(ctx, { steps: [step], replay });
    return step.answer(results!);
  };
}

/** `DELETE`: returns the id. */
export async function deleteItem(
  ctx: RequestContext,
  slug: string,
  id: string,
  { versions }: Precondition = {},
): Promise<{ id: string }> {
  const collection = collectionOf(ctx, slug);
  const step = deleteStep(ctx, { collection, id, versions, guarded: ctx.lock !== undefined });
  const replay = () => replayableResult(false, { data: { id: isUuid(id) ? id.toLowerCase() : id } });
  const [results] = await commitBatch(ctx, { steps: [step], replay });
  return step.answer(results!);
}
