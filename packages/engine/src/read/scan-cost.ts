import {
  type Aggregate,
  ALWAYS,
  and,
  type Bindings,
  type Collection,
  type Condition,
  FULL_ACCESS,
  type RelationRef,
  usesRelations,
} from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { conjuncts, narrowings } from "../kernel/indexes.ts";

/** Number of items that a read must scan, counted up to `atMost`. */

export type ScanSource = Pick<Aggregate, "collection" | "policy" | "where">;

/** Relations that a read follows from each item, outermost first. A path comes after its prefixes. */
export type RelationPath = readonly RelationRef[];

/** Maximum number of indexes to try. Each one costs a count. */
const MAX_TRIED = 3;

/** The whole collection without conditions: cheaper to count, and often small enough. */
export function everythingOf(collection: Collection): ScanSource {
  return { collection, policy: FULL_ACCESS, where: ALWAYS };
}

/** The part of the source that its own items decide. Databases evaluate the rest only where this part holds. */
export function ownPart(source: ScanSource): ScanSource {
  const own = (condition: Condition): Condition => and(...conjuncts(condition).filter((part) => !usesRelations(part)));
  const { collection, policy, where } = source;
  return { collection, policy: { where: own(policy.where), fields: policy.fields }, where: own(where) };
}

/** Items to read to find those of the source: what the best index returns, or the whole collection. */
export async function itemsRead(
  ctx: RequestContext,
  source: ScanSource,
  bindings: Bindings,
  atMost: number,
): Promise<number> {
  const { collection, policy, where } = source;
  const rule = narrowings(collection, FULL_ACCESS, policy.where);
  const filters = narrowings(collection, policy, where);
  const tried = [...filters, ...rule].slice(0, MAX_TRIED);
  let least = atMost;
  for (const where of tried.length > 0 ? tried : [ALWAYS]) {
    const tree = { ...everythingOf(collection), where, steps: [] };
    least = Math.min(least, await ctx.source(tree.collection).store.countUpTo(tree, bindings, least));
  }
  return least;
}

/**
 * Related items that are read along the paths, from each item of the source. Shared ones count once for each parent.
 */
export async function relatedRead(
  ctx: RequestContext,
  source: ScanSource,
  paths: readonly RelationPath[],
  bindings: Bindings,
  atMost: number,
): Promise<number> {
  if (paths.length === 0) return 0;
  const count = (steps: RelationPath, limit: number): Promise<number> =>
    ctx.source(source.collection).store.countUpTo({ ...source, steps }, bindings, limit);
  const known = new Map([["", await count([], atMost)]]);
  let total = 0;
  for (const budget of paths) {
    const key = keyOf(budget);
    let read = known.get(key);
    if (read === undefined) {
      const before = known.get(keyOf(budget.slice(0, -1)));
      // A to-one step reads at most one item for each.
      read = before !== undefined && !budget.at(-1)!.via ? before : await count(budget, atMost - total);
      known.set(key, read);
    }
    total += read;
    if (total >= atMost) return atMost;
  }
  return total;
}

export function keyOf(budget: RelationPath): string {
  return budget.map(({ field }) => field.name).join(".");
}
