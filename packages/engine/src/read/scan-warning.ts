import { type Aggregate, ALWAYS, type FieldValue, type Find, FULL_ACCESS } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { missingIndex } from "../kernel/index-hint.ts";

/** From this many rows on, a full scan deserves a warning. */
const LARGE = 10_000;
/** A table that was small, or a plan that was good, may be so no longer. */
const LOOK_AGAIN_MS = 600_000;

/** When each shape of query was last looked at. */
const looked = new WeakMap<object, number>();

interface Read {
  /** What stands for the shape, and lives as long as it. */
  readonly shape: object;
  readonly tree: Find | Aggregate;
  readonly values: readonly FieldValue[];
}

/** Checks a shape of query now and then, after the answer, and names the index that a large collection lacks. */
export function warnOnFullScan(ctx: RequestContext, read: Read): void {
  if (!ctx.defer || ctx.now - (looked.get(read.shape) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS) return;
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

/** Counted, as far as it matters: engines that estimate are wrong about tables that grew since they last looked. */
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
