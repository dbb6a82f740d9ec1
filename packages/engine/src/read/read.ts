import {
  type Awaitable,
  and,
  type Condition,
  excerpt,
  type Find,
  type FindResult,
  isUuid,
  type Json,
  PlinthError,
  type ReadPolicy,
  type Row,
  recover,
  whenDone,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { bind, bindSlow } from "../kernel/bindings.ts";
import { collectionOf, memoize, roleKey } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { refuseTooManyBytes } from "../kernel/request-budget.ts";
import { maxBytesOf } from "./answer-bytes.ts";
import { countsOf } from "./counts.ts";
import { encodeCursor } from "./cursor.ts";
import { expandRelated } from "./expansion.ts";
import { explainList } from "./explain.ts";
import type { ListInput, SelectionInput } from "./list-input.ts";
import { type ListQuery, listPage, prepareList } from "./list-query.ts";
import { requireListWithinLimit } from "./query-cost-limit.ts";
import { observeRead } from "./scan-warning.ts";

/** A page of a collection's items that the caller may see. */
export async function listItems(ctx: RequestContext, slug: string, input: ListInput): Promise<Record<string, Json>> {
  return readList(ctx, prepareList(ctx, slug, input));
}

/** The same for a request that was already parsed, under the same catalog and rights. */
export function readList(ctx: RequestContext, query: ListQuery): Awaitable<Record<string, Json>> {
  return whenDone(requireListWithinLimit(ctx, query.tree, query.values), () => findList(ctx, query));
}

function findList(ctx: RequestContext, query: ListQuery): Awaitable<Record<string, Json>> {
  const { tree, values } = query;
  const { store } = ctx.source(tree.collection);
  const bindings = bindSlow(ctx, values, maxBytesOf(ctx));
  const began = performance.now();
  const found = recover(() => store.find(tree, bindings), refuseTooManyBytes(ctx, "limit"));
  let rows = 0;
  return whenDone(
    whenDone(found, (result) => {
      rows = Math.min(result.rows.length, query.limit);
      return pageOf(ctx, query, result);
    }),
    (page) => {
      observeRead(ctx, { shape: tree, tree, values, asked: query.asked, ms: performance.now() - began, rows });
      return page;
    },
  );
}

function pageOf(ctx: RequestContext, query: ListQuery, found: FindResult): Awaitable<Record<string, Json>> {
  const { rows, sortValues } = found;
  const hasMore = rows.length > query.limit;
  if (hasMore) rows.length = query.limit;
  const last = hasMore ? sortValues?.[query.limit - 1] : undefined;
  const nextCursor = last && query.cursorSort !== null ? encodeCursor(query.cursorSort, last) : null;
  const page = listPage(query, rows, hasMore, nextCursor);
  if (query.cursors && query.cursorSort !== null) page.cursors = cursorsOf(query.cursorSort, rows, sortValues ?? []);
  if (query.backwards) {
    rows.reverse();
    (page.cursors as Json[] | undefined)?.reverse();
  }
  const { expansions, counts, explain } = query;
  if (expansions.length === 0 && !counts.filter && !counts.total && !explain) return page;
  return withMore(ctx, query, page, rows, hasMore);
}

function cursorsOf(sort: string, rows: readonly Row[], sortValues: NonNullable<FindResult["sortValues"]>): string[] {
  return rows.map((_, i) => encodeCursor(sort, sortValues[i]!));
}

/** Adds what further statements read. */
function withMore(
  ctx: RequestContext,
  query: ListQuery,
  page: Record<string, Json>,
  rows: Row[],
  hasMore: boolean,
): Awaitable<Record<string, Json>> {
  const { expansions, counts, explain } = query;
  return whenDone(expandRelated(ctx, rows, expansions), () =>
    counts.filter || counts.total || explain ? withMeta(ctx, query, page, { rows: rows.length, hasMore }) : page,
  );
}

async function withMeta(
  ctx: RequestContext,
  query: ListQuery,
  page: Record<string, Json>,
  shown: { readonly rows: number; readonly hasMore: boolean },
): Promise<Record<string, Json>> {
  if (query.counts.filter || query.counts.total) page.meta = await countsOf(ctx, query, shown);
  if (query.explain) page.explain = await explainList(ctx, query);
  return page;
}

/** An item in the answer. */
export interface ShownItem {
  readonly row: Row;
  /** A `version` in the answer, if there is one, is the item's own. */
  readonly versioned: boolean;
  /** The version and the rules decide the answer: no related items, and no field is hidden in some items only. */
  readonly alone: boolean;
}

/** One item as the caller may see it. Without an input, all its fields. */
export function getItem(ctx: RequestContext, slug: string, id: string, input?: SelectionInput): Awaitable<ShownItem> {
  if (input) return getItemWith(ctx, slug, id, input);
  const tree = byIdTree(ctx, slug);
  return whenDone(findWith(ctx, tree, id), (row) => {
    if (!row) throw notFound(slug, id);
    return { row, versioned: true, alone: showsAllAlike(tree.policy) };
  });
}

async function getItemWith(ctx: RequestContext, slug: string, id: string, input: SelectionInput): Promise<ShownItem> {
  const collection = collectionOf(ctx, slug);
  const query = prepareList(ctx, slug, input);
  if (!isUuid(id)) throw notFound(slug, id);
  const { policy, select, outputs } = query.tree;
  const operand = { slot: query.values.length };
  const isIt: Condition = { kind: "compare", ref: { field: collection.byName.get("id")! }, op: "eq", operand };
  const where = and(isIt, query.where);
  const tree: Find = { collection, policy, where, select, ...(outputs && { outputs }), sort: [], limit: { value: 1 } };
  const values = [...query.values, id.toLowerCase()];
  await requireListWithinLimit(ctx, tree, values);
  const { rows } = await ctx.source(tree.collection).store.find(tree, bind(ctx, values));
  if (rows.length === 0) throw notFound(slug, id);
  await expandRelated(ctx, rows, query.expansions);
  const selected = [
    ...(outputs ?? []).map(({ as }) => as),
    ...query.expansions.flatMap(({ as, spread }) => spread ?? [as]),
  ];
  return {
    row: rows[0]!,
    versioned: !selected.includes("version"),
    alone: query.expansions.length === 0 && showsAllAlike(policy),
  };
}

function showsAllAlike({ fields }: ReadPolicy): boolean {
  return fields === null || [...fields.values()].every((condition) => condition === null);
}

/** The item as the caller may see it, or undefined. */
export function findById(ctx: RequestContext, slug: string, id: string): Awaitable<Row | undefined> {
  return findWith(ctx, byIdTree(ctx, slug), id);
}

function findWith(ctx: RequestContext, tree: Find, id: string): Awaitable<Row | undefined> {
  if (!isUuid(id)) return undefined;
  const found = ctx.source(tree.collection).store.find(tree, bind(ctx, [id.toLowerCase()]));
  return whenDone(found, ({ rows }) => rows[0]);
}

export function byIdTree(ctx: RequestContext, slug: string): Find {
  const { catalog, principal } = ctx;
  return memoize(catalog, `get|${roleKey(principal)}|${slug}`, (): Find => {
    const collection = collectionOf(ctx, slug);
    return {
      collection,
      policy: requireReadAccess(catalog, principal, collection),
      where: { kind: "compare", ref: { field: collection.byName.get("id")! }, op: "eq", operand: { slot: 0 } },
      select: null,
      sort: [],
      limit: { value: 1 },
    };
  });
}

export function notFound(slug: string, id: string): PlinthError {
  return new PlinthError("ITEM_NOT_FOUND", `There is no item ${excerpt(id)} in ${slug}, or you may not see it.`);
}
