import { type Aggregate, ALWAYS, type FieldValue, type Find, FULL_ACCESS } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { missingIndex } from "../kernel/index-hint.ts";

/** From this many rows on, reading a table from end to end deserves a warning. */
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

/** Looks at a shape of query now and then, after the answer, and names the index that a large collection lacks. */
export function noticeScan(scope: Scope, read: Read): void {
  if (!scope.defer || scope.now - (looked.get(read.shape) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS) return;
  looked.set(read.shape, scope.now);
  const { log } = scope.engine;
  const work = warnOfScan(scope, read).catch((error: unknown) =>
    log.warn("a query could not be checked for full scans", { error }),
  );
  scope.defer(work);
}

async function warnOfScan(scope: Scope, { tree, values }: Read): Promise<void> {
  const { collection, access, where } = tree;
  const { scans } = await scope.source(tree.collection).store.explain(tree, { values, variables: scope.variables });
  if (!scans.includes(collection.table) || !(await isLarge(scope, tree))) return;
  const isList = "select" in tree;
  const index = missingIndex(collection, [access.where, where], isList ? tree.sort : []);
  scope.engine.log.warn(`${isList ? "a list" : "an aggregate"} reads a whole large collection`, {
    collection: collection.slug,
    index,
  });
}

/** Counted, as far as it matters: engines that estimate are wrong about tables that grew since they last looked. */
async function isLarge(scope: Scope, { collection }: Read["tree"]): Promise<boolean> {
  const tree: Find = {
    collection,
    access: FULL_ACCESS,
    where: ALWAYS,
    select: ["id"],
    sort: [],
    limit: { value: 1 },
    offset: { value: LARGE - 1 },
  };
  return (
    (await scope.source(tree.collection).store.find(tree, { values: [], variables: scope.variables })).rows.length > 0
  );
}
