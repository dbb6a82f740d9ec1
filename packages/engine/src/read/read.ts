import {
  ALWAYS,
  and,
  type Condition,
  type FieldValue,
  type Find,
  isUuid,
  type Json,
  PlinthError,
  type Row,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-access.ts";
import { collectionOf, derive, rightsKey } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { encodeCursor } from "./cursor.ts";
import { embedRelated } from "./embed.ts";
import { explainList } from "./explain.ts";
import type { ListInput, SelectionInput } from "./list-input.ts";
import { type ListQuery, listPage, prepareList } from "./list-query.ts";
import { requireListable } from "./scan-fence.ts";
import { noticeScan } from "./scan-warning.ts";

/** A page of a collection's items, as the caller may see them. */
export function listItems(scope: Scope, slug: string, input: ListInput): Promise<Record<string, Json>> {
  return readList(scope, prepareList(scope, slug, input));
}

/** The same for a request that was understood before, under the same catalog and rights. */
export async function readList(scope: Scope, query: ListQuery): Promise<Record<string, Json>> {
  const counted = requireListable(scope, query.tree, query.values);
  if (counted) await counted;
  const found = await scope.store.find(query.tree, bind(scope, query.values));
  const { rows, sortValues } = found;
  const hasMore = rows.length > query.limit;
  if (hasMore) rows.length = query.limit;
  const last = hasMore ? sortValues?.[query.limit - 1] : undefined;
  const nextCursor = last && query.cursorSort !== null ? encodeCursor(query.cursorSort, last) : null;
  if (query.embeds.length > 0) await embedRelated(scope, rows, query.embeds);
  const page = listPage(query, rows, hasMore, nextCursor);
  if (query.counts.filter || query.counts.total) page.meta = await counts(scope, query);
  if (query.explain) page.explain = await explainList(scope, query);
  noticeScan(scope, { shape: query.tree, tree: query.tree, values: query.values });
  return page;
}

async function counts(scope: Scope, query: ListQuery): Promise<Record<string, Json>> {
  const { filter, total } = query.counts;
  return {
    ...(filter && { filter_count: await countRows(scope, query, query.where) }),
    ...(total && { total_count: await countRows(scope, query, ALWAYS) }),
  };
}

/** Exact, or the engine's own estimate where one was asked for and the engine makes any. */
async function countRows(scope: Scope, query: ListQuery, where: Condition): Promise<number> {
  const { collection, access } = query.tree;
  const bindings = bind(scope, query.values);
  if (query.counts.estimate) {
    const everything: Find = { collection, access, where, select: ["id"], sort: [], limit: { value: MAX_ESTIMATE } };
    const { rows } = await scope.store.explain(everything, bindings);
    if (rows !== null) return rows;
  }
  return scope.store.count({ collection, access, where }, bindings);
}

const MAX_ESTIMATE = 1_000_000_000;

/** An item as it is answered. */
export interface ShownItem {
  readonly row: Row;
  /** What is called `version` in it, if anything is, is the item's own. */
  readonly versioned: boolean;
  /** Nothing of other items is in it: those may change without its own version. */
  readonly alone: boolean;
}

/** One item as the caller may see it; without an input, all its fields. */
export async function getItem(scope: Scope, slug: string, id: string, input?: SelectionInput): Promise<ShownItem> {
  if (input) return getItemWith(scope, slug, id, input);
  const row = await findById(scope, slug, id);
  if (!row) throw notFound(slug, id);
  return { row, versioned: true, alone: true };
}

async function getItemWith(scope: Scope, slug: string, id: string, input: SelectionInput): Promise<ShownItem> {
  const collection = collectionOf(scope.catalog, slug);
  const query = prepareList(scope, slug, input);
  if (!isUuid(id)) throw notFound(slug, id);
  const { access, select, outputs } = query.tree;
  const operand = { slot: query.values.length };
  const isIt: Condition = { kind: "compare", ref: { field: collection.byName.get("id")! }, op: "eq", operand };
  const where = and(isIt, query.where);
  const tree: Find = { collection, access, where, select, ...(outputs && { outputs }), sort: [], limit: { value: 1 } };
  const values = [...query.values, id.toLowerCase()];
  await requireListable(scope, tree, values);
  const { rows } = await scope.store.find(tree, bind(scope, values));
  if (rows.length === 0) throw notFound(slug, id);
  await embedRelated(scope, rows, query.embeds);
  const given = [...(outputs ?? []).map(({ as }) => as), ...query.embeds.flatMap(({ as, spread }) => spread ?? [as])];
  return { row: rows[0]!, versioned: !given.includes("version"), alone: query.embeds.length === 0 };
}

/** The item as the caller may see it, or undefined. */
export async function findById(scope: Scope, slug: string, id: string): Promise<Row | undefined> {
  const tree = byIdTree(scope, slug);
  if (!isUuid(id)) return undefined;
  const { rows } = await scope.store.find(tree, bind(scope, [id.toLowerCase()]));
  return rows[0];
}

export function byIdTree(scope: Scope, slug: string): Find {
  const { catalog, principal } = scope;
  return derive(catalog, `get|${rightsKey(principal)}|${slug}`, (): Find => {
    const collection = collectionOf(catalog, slug);
    return {
      collection,
      access: requireReadAccess(catalog, principal, collection),
      where: { kind: "compare", ref: { field: collection.byName.get("id")! }, op: "eq", operand: { slot: 0 } },
      select: null,
      sort: [],
      limit: { value: 1 },
    };
  });
}

export function notFound(slug: string, id: string): PlinthError {
  return new PlinthError("ITEM_NOT_FOUND", `There is no item ${id.slice(0, 100)} in ${slug}, or you may not see it.`);
}

export function bind(scope: Scope, values: readonly FieldValue[]) {
  return { values, variables: scope.variables };
}
