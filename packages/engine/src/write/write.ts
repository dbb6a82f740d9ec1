import { type Collection, invalid, isUuid, type Json, type Row } from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import { rowOutcome } from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { changePart, deletePart, prepareChange } from "./change.ts";
import { createPart, type PreparedCreate, prepareCreate } from "./create.ts";
import { changeGraph, createGraph, graphContext, hasGraph } from "./graph.ts";
import { commitOperations, commitPlan, outcomeOf } from "./plan.ts";

export { type PreparedCreate, prepareCreate } from "./create.ts";

export const MAX_CREATE = 1000;

/** `POST /api/items/:slug`: one object or a list, all or nothing. Gives back what the caller may see of each. */
export async function createItems(scope: Scope, slug: string, body: Json): Promise<Row | Row[]> {
  const collection = collectionOf(scope.catalog, slug);
  const list = Array.isArray(body) ? body : [body];
  if (list.length === 0) throw invalid("body", "expected at least one item");
  if (list.length > MAX_CREATE)
    throw invalid("body", `at most ${MAX_CREATE} items can be created at once`, "LIMIT_EXCEEDED");
  if (list.some((item) => hasGraph(collection, item)))
    return createGraphs(scope, collection, list, Array.isArray(body));
  const prepared = list.map((item, i) => prepareCreate(scope, collection, item, Array.isArray(body) ? String(i) : ""));
  const part = createPart(scope, collection, prepared);
  const [results] = await commitPlan(scope, {
    parts: [part],
    outcome() {
      const data = prepared.map(({ row }) => rowOutcome(slug, row.id as string));
      return outcomeOf(true, { data: Array.isArray(body) ? data : data[0]! });
    },
  });
  const shown = part.answer(results!);
  return Array.isArray(body) ? shown : shown[0]!;
}

/** Items with related ones: all of them in one batch. */
async function createGraphs(
  scope: Scope,
  collection: Collection,
  list: readonly Json[],
  many: boolean,
): Promise<Row | Row[]> {
  let written = 0;
  const graphs = list.map((item, i) => {
    const context = graphContext(scope, undefined, written);
    const graph = createGraph(context, collection, item, many ? String(i) : "");
    written = context.written;
    return graph;
  });
  const rows = await commitOperations(scope, graphs, () => {
    const data = graphs.map((graph) => graph.outcome());
    return outcomeOf(true, { data: many ? data : data[0]! });
  });
  return (many ? rows : rows[0]) as Row | Row[];
}

/** Writes prepared items as one batch. */
export async function insertPrepared(
  scope: Scope,
  collection: Collection,
  prepared: readonly PreparedCreate[],
): Promise<void> {
  const parts = [createPart(scope, collection, prepared)];
  await commitPlan(scope, { parts, outcome: () => outcomeOf(true, {}) });
}

/** What a caller knows of the item: the versions it may have. */
export interface Precondition {
  readonly versions?: readonly number[] | undefined;
}

/** `PATCH`: sets what is given; a document is merged by RFC 7396. */
export function patchItem(scope: Scope, slug: string, id: string, body: Json, when: Precondition = {}): Promise<Row> {
  return changeItem(scope, slug, id, body, "partial", when);
}

/** `PUT`: what is not given gets its default, or null. Id, owner and creation time stay. */
export function replaceItem(scope: Scope, slug: string, id: string, body: Json, when: Precondition = {}): Promise<Row> {
  return changeItem(scope, slug, id, body, "replace", when);
}

async function changeItem(
  scope: Scope,
  slug: string,
  id: string,
  body: Json,
  mode: "partial" | "replace",
  { versions }: Precondition,
): Promise<Row> {
  const collection = collectionOf(scope.catalog, slug);
  if (hasGraph(collection, body)) {
    const target = { collection, id, versions, guarded: true };
    const graph = changeGraph(graphContext(scope), target, body, mode, "");
    const [row] = await commitOperations(scope, [graph], () => outcomeOf(false, { data: graph.outcome() }));
    return row as Row;
  }
  const change = prepareChange(scope, collection, body, mode);
  const part = changePart(scope, { collection, id, versions, guarded: scope.claim !== undefined }, change);
  const outcome = () => outcomeOf(false, { data: rowOutcome(slug, id.toLowerCase()) });
  const [results] = await commitPlan(scope, { parts: [part], outcome });
  return part.answer(results!);
}

/** `DELETE`: gives back the id. */
export async function deleteItem(
  scope: Scope,
  slug: string,
  id: string,
  { versions }: Precondition = {},
): Promise<{ id: string }> {
  const collection = collectionOf(scope.catalog, slug);
  const part = deletePart(scope, { collection, id, versions, guarded: scope.claim !== undefined });
  const outcome = () => outcomeOf(false, { data: { id: isUuid(id) ? id.toLowerCase() : id } });
  const [results] = await commitPlan(scope, { parts: [part], outcome });
  return part.answer(results!);
}
