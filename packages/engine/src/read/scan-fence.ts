import {
  type Aggregate,
  and,
  type Condition,
  type FieldRef,
  type FieldValue,
  type Find,
  PlinthError,
  type SortTerm,
  type Under,
} from "@plinth/core";
import { derive } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { hintFor } from "../kernel/index-hint.ts";
import { stepsOf, waysOf, waysOfRef } from "./dependencies.ts";
import { everythingOf, itemsRead, keyOf, ownPart, relatedRead, type Source, type Way } from "./scan-cost.ts";

/** What a read follows from its items: to find them, and to say of those that were found what was asked. */
interface Ways {
  readonly filter: readonly Way[];
  readonly output: readonly Way[];
}

/** How long what is far from the bound is taken to be so. */
const SMALL_MS = 60_000;

/** Refuses an aggregate that would read more items than one request may, and says what would make it fewer. */
export async function requireScannable(
  scope: Scope,
  source: Source,
  refs: readonly FieldRef[],
  values: readonly FieldValue[],
): Promise<void> {
  const ways = { filter: waysOf(source.where), output: refs.flatMap((ref) => waysOfRef(ref)) };
  await requireWithin(scope, source, ways, values);
}

const listWays = new WeakMap<object, Ways | null>();

/** Steps to one item each that a list may take from each of its items without being counted. */
const MAX_UNCOUNTED = 20;

/**
 * The same for a list that looks at lists of related items, or at very many: any other is bounded by its own collection.
 * And for what is computed of the items of some parents, which has no other bound. Undefined where there is nothing to
 * count.
 */
export function requireListable(
  scope: Scope,
  tree: Find | Aggregate,
  values: readonly FieldValue[],
): Promise<void> | undefined {
  let ways = listWays.get(tree);
  if (ways === undefined) {
    ways = "measures" in tree ? waysOfGroups(tree) : waysOfList(tree);
    listWays.set(tree, ways);
  }
  if (!ways) return undefined;
  const [source, all] = tree.under ? ofParents(tree, tree.under, ways) : [tree, ways];
  return requireWithin(scope, source, all, values);
}

/** From the links where there are any, as of the items behind them nothing says that they are few. */
function ofParents(tree: Source, { relation, parents }: Under, ways: Ways): [Source, Ways] {
  const { target, via = target.byName.get("id")!, junction } = relation;
  const where: Condition = { kind: "in", ref: { field: via }, negated: false, operand: parents };
  if (!junction) return [{ ...tree, where: and(where, tree.where) }, ways];
  const step = stepsOf(relation)[1]!;
  const output = [[step], ...[...ways.filter, ...ways.output].map((way) => [step, ...way])];
  return [
    { collection: junction.collection, access: junction.access, where },
    { filter: [], output },
  ];
}

function waysOfGroups({ where, groups, measures }: Aggregate): Ways {
  const refs = [...groups, ...measures].flatMap(({ ref }) => ref ?? []);
  return { filter: waysOf(where), output: refs.flatMap((ref) => waysOfRef(ref)) };
}

function waysOfList({ where, sort, after, withSortValues }: Find): Ways | null {
  const filter = waysOf(where);
  const output = sort.flatMap(({ ref }, i) => {
    const times = 1 + (withSortValues ? 1 : 0) + (after ? timesAfter(sort, i) : 0);
    return Array.from({ length: times }, () => waysOfRef(ref)).flat();
  });
  const ways = [...filter, ...output];
  return ways.length > MAX_UNCOUNTED || ways.some((way) => way.some((step) => step.via)) ? { filter, output } : null;
}

/** A cursor asks about each term where it decides (null or beyond), and where it is equal and a later one does. */
function timesAfter(sort: readonly SortTerm[], term: number): number {
  return 2 + (sort.length - 1 - term);
}

async function requireWithin(scope: Scope, source: Source, ways: Ways, values: readonly FieldValue[]): Promise<void> {
  const { maxScan } = scope.engine.config;
  if (await isSmall(scope, source, ways, maxScan)) return;
  const bindings = { values, variables: scope.variables };
  const beyond = maxScan + 1;
  let read = await itemsRead(scope, source, bindings, beyond);
  if (read > maxScan) throw tooManyItems(source, maxScan);
  read += await relatedRead(scope, ownPart(source), ways.filter, bindings, beyond - read);
  if (read <= maxScan) read += await relatedRead(scope, source, ways.output, bindings, beyond - read);
  if (read > maxScan) throw tooManyRelated(source, ways, maxScan);
}

/** Asked without the filter, so that what is far from the bound need not be asked again by requests of this shape. */
async function isSmall(scope: Scope, { collection }: Source, ways: Ways, maxScan: number): Promise<boolean> {
  const all = [...ways.filter, ...ways.output];
  const key = `scan|${collection.slug}|${all.map(keyOf).join("|")}`;
  const known = derive(scope.catalog, key, () => ({ at: Number.NEGATIVE_INFINITY, far: false }));
  if (scope.now - known.at < SMALL_MS && scope.now >= known.at) return known.far;
  const everything = everythingOf(collection);
  const bindings = { values: [], variables: scope.variables };
  const beyond = maxScan + 1;
  let read = await itemsRead(scope, everything, bindings, beyond);
  if (read < beyond) read += await relatedRead(scope, everything, all, bindings, beyond - read);
  known.far = read <= maxScan / 2;
  known.at = scope.now;
  return read <= maxScan;
}

function tooManyItems({ collection, where }: Source, maxScan: number): PlinthError {
  const { index, text } = hintFor(collection, where);
  const message = `This would read more than ${maxScan} items of ${collection.slug}; ${text}.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "filter", maxScan, ...(index && { index }) });
}

function tooManyRelated({ collection }: Source, { filter, output }: Ways, maxScan: number): PlinthError {
  const ways = [...filter, ...output];
  const many = ways.filter((way) => way.at(-1)!.via);
  const paths = [...new Set((many.length > 0 ? many : ways).map(keyOf))].join(", ");
  const message = `This would read more than ${maxScan} related items through ${paths}; filter by fields of ${collection.slug}, so that fewer items are followed.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "filter", maxScan });
}
