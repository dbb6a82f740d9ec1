import {
  type Aggregate,
  ALWAYS,
  and,
  type Bindings,
  type Collection,
  type Condition,
  FULL_ACCESS,
  type RelationRef,
  reachesOut,
} from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { conjuncts, narrowings } from "../kernel/indexes.ts";

/** What a read comes upon, in items, counted no further than `atMost`. */

export type Source = Pick<Aggregate, "collection" | "access" | "where">;

/** Relations that a read follows from each item, outermost first; a way has all that leads to it before it. */
export type Way = readonly RelationRef[];

/** Indexes that are tried, each at the cost of counting what it gives. */
const MAX_TRIED = 3;

/** Everything there is, whatever is asked of it: cheaper to know than what follows, and often small enough. */
export function everythingOf(collection: Collection): Source {
  return { collection, access: FULL_ACCESS, where: ALWAYS };
}

/** The part of the source that is decided by its own items alone: engines ask about others only where it holds. */
export function ownPart(source: Source): Source {
  const own = (condition: Condition): Condition => and(...conjuncts(condition).filter((part) => !reachesOut(part)));
  const { collection, access, where } = source;
  return { collection, access: { where: own(access.where), fields: access.fields }, where: own(where) };
}

/** Items that have to be read to find those of the source: what the best index gives, or all there are. */
export async function itemsRead(scope: Scope, source: Source, bindings: Bindings, atMost: number): Promise<number> {
  const { collection, access, where } = source;
  const rule = narrowings(collection, FULL_ACCESS, access.where);
  const asked = narrowings(collection, access, where);
  const tried = [...asked, ...rule].slice(0, MAX_TRIED);
  let least = atMost;
  for (const where of tried.length > 0 ? tried : [ALWAYS]) {
    const tree = { ...everythingOf(collection), where, steps: [] };
    least = Math.min(least, await scope.source(tree.collection).store.countUpTo(tree, bindings, least));
  }
  return least;
}

/** Related items that are read along the ways, from each item of the source: those of several parents several times. */
export async function relatedRead(
  scope: Scope,
  source: Source,
  ways: readonly Way[],
  bindings: Bindings,
  atMost: number,
): Promise<number> {
  if (ways.length === 0) return 0;
  const count = (steps: Way, limit: number): Promise<number> =>
    scope.source(source.collection).store.countUpTo({ ...source, steps }, bindings, limit);
  const known = new Map([["", await count([], atMost)]]);
  let total = 0;
  for (const way of ways) {
    const key = keyOf(way);
    let read = known.get(key);
    if (read === undefined) {
      const before = known.get(keyOf(way.slice(0, -1)));
      // One step to one item reads at most one each.
      read = before !== undefined && !way.at(-1)!.via ? before : await count(way, atMost - total);
      known.set(key, read);
    }
    total += read;
    if (total >= atMost) return atMost;
  }
  return total;
}

export function keyOf(way: Way): string {
  return way.map(({ field }) => field.name).join(".");
}
