import { ALWAYS, type Condition, type Find, isAlways, type Json, type ReadPolicy, usesRelations } from "@plinth/core";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { requireTime } from "../kernel/request-budget.ts";
import type { ListQuery } from "./list-query.ts";

/** The part of the page that tells how many items there are. */
export interface Page {
  readonly rows: number;
  readonly hasMore: boolean;
}

const MAX_ESTIMATE = 1_000_000_000;

/** The counts that the list request asks for. */
export async function countsOf(ctx: RequestContext, query: ListQuery, page: Page): Promise<Record<string, Json>> {
  const { filter, total } = query.counts;
  const everything = isAlways(query.where);
  const filtered = filter || (total && everything) ? await filterCount(ctx, query, page) : 0;
  return {
    ...(filter && { filter_count: filtered }),
    ...(total && { total_count: everything ? filtered : await countRows(ctx, query, ALWAYS) }),
  };
}

/** A page that ends the result knows its number. */
function filterCount(ctx: RequestContext, query: ListQuery, { rows, hasMore }: Page): Promise<number> | number {
  const { offset, tree } = query;
  const reached = rows > 0 || offset === 0;
  if (!hasMore && reached && !tree.after) return offset + rows;
  return countRows(ctx, query, query.where);
}

/**
 * Exact, or an estimate if the request allows it. The database estimates from all items, so its estimate tells of items
 * that the caller may not see: a caller whose view is limited gets a count of the visible items up to `MAX_SCAN`.
 */
async function countRows(ctx: RequestContext, query: ListQuery, where: Condition): Promise<number> {
  const { collection, policy } = query.tree;
  const { store } = ctx.source(collection);
  const bindings = bindSlow(ctx, query.values);
  requireTime(ctx, "meta");
  if (!query.counts.estimate) return store.count({ collection, policy, where }, bindings);
  if (!seesEverything(ctx, policy, where)) {
    return store.countUpTo({ collection, policy, where, steps: [] }, bindings, ctx.engine.config.maxScan);
  }
  const everything: Find = { collection, policy, where, select: ["id"], sort: [], limit: { value: MAX_ESTIMATE } };
  const { rows } = await store.explain(everything, bindings);
  return rows ?? store.count({ collection, policy, where }, bindings);
}

/** Whether no rule limits what the caller may see of the items that the database estimates from. */
function seesEverything({ principal }: RequestContext, policy: ReadPolicy, where: Condition): boolean {
  if (principal.bypass) return true;
  const fields = [...(policy.fields?.values() ?? [])];
  // A path to related items may end at some that are out of sight.
  return isAlways(policy.where) && fields.every((shown) => shown === null) && !usesRelations(where);
}
