import {
  type Aggregate,
  ALWAYS,
  type Collection,
  elapsed,
  type FieldValue,
  type Find,
  FULL_ACCESS,
} from "@plinth/core";
import { bind, bindSlow } from "../kernel/bindings.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { missingIndex } from "../kernel/index-hint.ts";
import { loggedOf } from "../kernel/logged.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";

/** A scan or a sort of at least this many rows causes a warning. */
const LARGE = 10_000;
/** A small table may grow, and a good plan may change, so shapes are checked again. */
const LOOK_AGAIN_MS = 600_000;

/** When each query shape was last checked. */
const lookedAt = service("query shapes checked for full scans", (_: Engine) => new WeakMap<object, number>());

/** A query shape that reads or sorts many items. */
export interface LargeScan {
  readonly collection: Collection;
  /** The fields of the index that would help; null: none would. */
  readonly index: string | null;
  readonly what: "reads a whole large collection" | "sorts many items";
}

const MAX_FOUND = 1000;

const found = service("large scans", (_: Engine) => new Lru<string, LargeScan & { workspaceId: string }>(MAX_FOUND));

/** Those of the workspace that this process has seen since its collections last changed. */
export function largeScansOf({ engine, catalog }: Pick<RequestContext, "engine" | "catalog">): LargeScan[] {
  return [...found(engine).values()].filter(
    ({ workspaceId, collection }) =>
      workspaceId === catalog.workspaceId && catalog.collections.get(collection.slug) === collection,
  );
}

interface ObservedRead {
  /** Identifies the shape, and lives as long as it. */
  readonly shape: object;
  readonly tree: Find | Aggregate;
  readonly values: readonly FieldValue[];
}

/** Checks a query shape from time to time, after the answer, and names the missing index of a large collection. */
export function warnOnFullScan(ctx: RequestContext, read: ObservedRead): void {
  if (!ctx.defer) return;
  const looked = lookedAt(ctx.engine);
  if (elapsed(ctx.now, looked.get(read.shape) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS) return;
  looked.set(read.shape, ctx.now);
  const { log } = ctx.engine;
  const work = checkForFullScan(ctx, read).catch((error: unknown) =>
    log.warn("a query could not be checked for full scans", { ...loggedOf(ctx), error }),
  );
  ctx.defer(work);
}

async function checkForFullScan(ctx: RequestContext, { tree, values }: ObservedRead): Promise<void> {
  const { collection, policy, where } = tree;
  const plan = await ctx.source(tree.collection).store.explain(tree, bind(ctx, values));
  const isList = "select" in tree;
  const reads = plan.scans.includes(collection.table);
  const sorts = isList && plan.sorts;
  const index = missingIndex(plan, collection, [policy.where, where], isList ? tree.sort : []);
  if (!reads && !(sorts && index !== null)) return;
  const read = reads ? { policy: FULL_ACCESS, where: ALWAYS } : { policy, where };
  if (!(await isLarge(ctx, { collection, ...read }, values))) return;
  const what = reads ? "reads a whole large collection" : "sorts many items";
  const { workspaceId } = ctx.catalog;
  found(ctx.engine).set(JSON.stringify([workspaceId, collection.slug, index, what]), {
    workspaceId,
    collection,
    index,
    what,
  });
  ctx.engine.log.warn(`${isList ? "a list" : "an aggregate"} ${what}`, {
    ...loggedOf(ctx),
    collection: collection.slug,
    index,
  });
}

/** Counted up to the limit: database estimates are wrong for tables that grew since the last analysis. */
async function isLarge(
  ctx: RequestContext,
  read: Pick<Find, "collection" | "policy" | "where">,
  values: readonly FieldValue[],
): Promise<boolean> {
  const tree: Find = {
    ...read,
    select: ["id"],
    sort: [],
    limit: { value: 1 },
    offset: { value: LARGE - 1 },
  };
  return (await ctx.source(tree.collection).store.find(tree, bindSlow(ctx, values))).rows.length > 0;
}
