import { type Aggregate, ALWAYS, elapsed, type FieldValue, type Find, FULL_ACCESS } from "@plinth/core";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { missingIndex } from "../kernel/index-hint.ts";
import { service } from "../kernel/services.ts";

/** A full scan of at least this many rows causes a warning. */
const LARGE = 10_000;
/** A small table may grow, and a good plan may change, so shapes are checked again. */
const LOOK_AGAIN_MS = 600_000;

/** When each query shape was last checked. */
const lookedAt = service("query shapes checked for full scans", (_: Engine) => new WeakMap<object, number>());

interface Read {
  /** Identifies the shape, and lives as long as it. */
  readonly shape: object;
  readonly tree: Find | Aggregate;
  readonly values: readonly FieldValue[];
}

/** Checks a query shape from time to time, after the answer, and names the missing index of a large collection. */
export function warnOnFullScan(ctx: RequestContext, read: Read): void {
  if (!ctx.defer) return;
  const looked = lookedAt(ctx.engine);
  if (elapsed(ctx.now, looked.get(read.shape) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS) return;
  looked.set(read.shape, ctx.now);
  const { log } = ctx.engine;
  const work = checkForFullScan(ctx, read).catch((error: unknown) =>
    log.warn("a query could not be checked for full scans", { error }),
  );
  ctx.defer(work);
}

async function checkForFullScan(ctx: RequestContext, { tree, values }: Read): Promise<void> {
  const { collection, policy, where } = tree;
  const { scans } = await ctx.source(tree.collection).store.explain(tree, { values, variables: ctx.variables });
  if (!scans.includes(collection.table) || !(await isLarge(ctx, tree))) return;
  const isList = "select" in tree;
  const index = missingIndex(collection, [policy.where, where], isList ? tree.sort : []);
  ctx.engine.log.warn(`${isList ? "a list" : "an aggregate"} reads a whole large collection`, {
    collection: collection.slug,
    index,
  });
}

/** Counted up to the limit: database estimates are wrong for tables that grew since the last analysis. */
async function isLarge(ctx: RequestContext, { collection }: Read["tree"]): Promise<boolean> {
  const tree: Find = {
    collection,
    policy: FULL_ACCESS,
    where: ALWAYS,
    select: ["id"],
    sort: [],
    limit: { value: 1 },
    offset: { value: LARGE - 1 },
  };
  return (await ctx.source(tree.collection).store.find(tree, { values: [], variables: ctx.variables })).rows.length > 0;
}
