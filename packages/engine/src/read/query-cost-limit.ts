import {
  type Aggregate,
  and,
  type Condition,
  elapsed,
  type FieldRef,
  type FieldValue,
  type Find,
  longestText,
  type ParentFilter,
  PlinthError,
  type SortTerm,
} from "@plinth/core";
import { bindSlow } from "../kernel/bindings.ts";
import { memoize } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hintFor } from "../kernel/index-hint.ts";
import { newBudget } from "../kernel/request-budget.ts";
import { relationPathsOf, relationPathsOfRef, stepsOf } from "./dependencies.ts";
import {
  everythingOf,
  itemsRead,
  keyOf,
  ownPart,
  type RelationPath,
  relatedRead,
  type ScanSource,
} from "./scan-cost.ts";

/** Relations that a read follows from its items: to find them, and to return the selected values of those found. */
interface RelationPaths {
  readonly filter: readonly RelationPath[];
  readonly output: readonly RelationPath[];
  /** How much an item costs: 1, or more where many conditions are tested on it. */
  readonly weight: number;
}

/** How long a collection that is far below the limit is assumed to stay small. */
const SMALL_MS = 60_000;

/** Refuses an aggregate that would read more items than one request may. The error says how to reduce the number. */
export async function requireAggregateWithinLimit(
  ctx: RequestContext,
  source: ScanSource,
  refs: readonly FieldRef[],
  values: readonly FieldValue[],
): Promise<void> {
  const filter = relationPathsOf(source.where);
  const output = refs.flatMap((ref) => relationPathsOfRef(ref));
  await requireWithinLimit(ctx, source, { filter, output, weight: weightOf(source.where) }, values);
}

const listPaths = new WeakMap<object, RelationPaths | null>();

/** Maximum number of to-one steps from each item of a list that need no count. */
const MAX_UNCOUNTED = 20;

/**
 * The same for a list that follows to-many relations, or very many relations, or tests many conditions: any other list
 * is bounded by its own collection. Also for some parents' lists of related items and for aggregates of these: all
 * their items are read, whatever the limit, and by each expansion again. Undefined: no count is needed.
 */
export function requireListWithinLimit(
  ctx: RequestContext,
  tree: Find | Aggregate,
  values: readonly FieldValue[],
): Promise<void> | undefined {
  let paths = listPaths.get(tree);
  if (paths === undefined) {
    paths = "measures" in tree ? relationPathsOfGroups(tree) : relationPathsOfList(tree);
    listPaths.set(tree, paths);
  }
  if (!paths) return undefined;
  const [source, all] = tree.parentFilter ? ofParents(tree, tree.parentFilter, paths) : [tree, paths];
  return requireWithinLimit(ctx, source, all, values);
}

/**
 * So many conditions may the guards of one batch test, on all their items: SQLite runs them on the main thread, where
 * everything else waits for about 0.1 s at this bound.
 */
const MAX_GUARD_TESTS = 500_000;

/** Comparing texts without case or accents takes as long for so many characters as another test. */
const FOLDED_PER_TEST = 20;

/**
 * The same for a guard of a batch: each condition counts for each item, as do its related items. One that ignores case or
 * accents counts for the longest text that its field may have.
 */
export function requireGuardWithinLimit(ctx: RequestContext, source: ScanSource): Promise<void> {
  const { where } = source;
  const paths = { filter: relationPathsOf(where), output: [], weight: Math.max(1, conditionsIn(where, testsOf)) };
  return requireWithinLimit(ctx, source, paths, [], Math.min(MAX_GUARD_TESTS, ctx.engine.config.maxScan));
}

/** Counts from the links if there are any: nothing says that the items behind them are few. */
function ofParents(
  tree: ScanSource,
  { relation, parents }: ParentFilter,
  paths: RelationPaths,
): [ScanSource, RelationPaths] {
  const { target, via = target.byName.get("id")!, junction } = relation;
  const where: Condition = { kind: "in", ref: { field: via }, negated: false, operand: parents };
  if (!junction) return [{ ...tree, where: and(where, tree.where) }, paths];
  const step = stepsOf(relation)[1]!;
  const output = [[step], ...[...paths.filter, ...paths.output].map((budget) => [step, ...budget])];
  return [
    { collection: junction.collection, policy: junction.policy, where },
    { filter: [], output, weight: paths.weight },
  ];
}

function relationPathsOfGroups({ where, groups, measures }: Aggregate): RelationPaths {
  const refs = [...groups, ...measures].flatMap(({ ref }) => ref ?? []);
  const output = refs.flatMap((ref) => relationPathsOfRef(ref));
  return { filter: relationPathsOf(where), output, weight: weightOf(where) };
}

function relationPathsOfList({ where, sort, after, withSortValues, parentFilter }: Find): RelationPaths | null {
  const filter = relationPathsOf(where);
  const output = sort.flatMap(({ ref }, i) => {
    const times = 1 + (withSortValues ? 1 : 0) + (after ? timesAfter(sort, i) : 0);
    return Array.from({ length: times }, () => relationPathsOfRef(ref)).flat();
  });
  const followed = [...filter, ...output];
  const weight = weightOf(where);
  const ofEachParent = parentFilter?.relation.via !== undefined;
  return ofEachParent ||
    weight > 1 ||
    followed.length > MAX_UNCOUNTED ||
    followed.some((path) => path.some((step) => step.via))
    ? { filter, output, weight }
    : null;
}

/** A cursor tests each sort term where it decides (null or greater), and where it is equal and a later term decides. */
function timesAfter(sort: readonly SortTerm[], term: number): number {
  return 2 + (sort.length - 1 - term);
}

/** A filter with so many conditions costs no more than one with a single condition. */
const FEW_CONDITIONS = 8;
/** So many further conditions cost as much as reading the item. */
const CONDITIONS_PER_ITEM = 4;

function weightOf(where: Condition): number {
  const conditions = conditionsIn(where);
  return conditions <= FEW_CONDITIONS ? 1 : Math.ceil(conditions / CONDITIONS_PER_ITEM);
}

type LeafCondition = Exclude<Condition, { readonly kind: "and" | "or" | "not" | "some" }>;

/** Conditions on own fields, and all but the first on related items, which are counted by their paths. */
function conditionsIn(where: Condition, costOf: (leaf: LeafCondition) => number = oneForOwn): number {
  switch (where.kind) {
    case "and":
    case "or":
      return where.of.reduce((sum, one) => sum + conditionsIn(one, costOf), 0);
    case "not":
      return conditionsIn(where.of, costOf);
    case "some":
      return Math.max(0, conditionsIn(where.where, costOf) - 1);
    default:
      return costOf(where);
  }
}

const oneForOwn = ({ ref }: LeafCondition): number => (ref.through ? 0 : 1);

function testsOf(leaf: LeafCondition): number {
  const folds = leaf.kind === "text" && leaf.folding !== undefined;
  return folds ? Math.ceil(longestText(leaf.ref.field) / FOLDED_PER_TEST) : oneForOwn(leaf);
}

async function requireWithinLimit(
  ctx: RequestContext,
  source: ScanSource,
  paths: RelationPaths,
  values: readonly FieldValue[],
  maxScan = ctx.engine.config.maxScan,
): Promise<void> {
  const { weight } = paths;
  const budget = ctx.budget ?? newBudget(ctx.engine.config, ctx.now);
  const most = await allOf(ctx, source, paths, maxScan);
  // Half of the budget is for reads that are not counted for themselves: such a read may take much less than assumed.
  if (budget.assumed + most <= maxScan / 2) {
    budget.assumed += most;
    return;
  }
  const left = maxScan - budget.assumed - budget.counted;
  const bindings = bindSlow(ctx, values);
  const beyond = left + 1;
  let read = await weighed(weight, beyond, (atMost) => itemsRead(ctx, source, bindings, atMost));
  const spent = maxScan - left;
  if (read > left) throw tooManyItems(source, maxScan, weight, spent);
  read += await relatedRead(ctx, ownPart(source), paths.filter, bindings, beyond - read);
  if (read <= left) read += await relatedRead(ctx, source, paths.output, bindings, beyond - read);
  if (read > left) throw tooManyRelated(source, paths, maxScan, spent);
  budget.counted += read;
}

/** Items with their weight, counted only as far as the limit. */
async function weighed(weight: number, atMost: number, count: (atMost: number) => Promise<number>): Promise<number> {
  const items = await count(Math.max(1, Math.ceil(atMost / weight)));
  // A weight without a bound may count for no items.
  return items === 0 ? 0 : Math.min(atMost, items * weight);
}

/**
 * The cost without the filter, known for a while: requests of this shape far below the limit need no count of their
 * own. Infinity: more than half of the limit.
 */
async function allOf(
  ctx: RequestContext,
  { collection }: ScanSource,
  paths: RelationPaths,
  maxScan: number,
): Promise<number> {
  const all = [...paths.filter, ...paths.output];
  const key = `scan|${maxScan}|${collection.slug}|${paths.weight}|${all.map(keyOf).join("|")}`;
  const known = memoize(ctx.catalog, key, () => ({ at: Number.NEGATIVE_INFINITY, cost: Number.POSITIVE_INFINITY }));
  if (elapsed(ctx.now, known.at) < SMALL_MS) return known.cost;
  const everything = everythingOf(collection);
  const bindings = bindSlow(ctx, []);
  const half = Math.floor(maxScan / 2);
  const beyond = half + 1;
  let read = await weighed(paths.weight, beyond, (atMost) => itemsRead(ctx, everything, bindings, atMost));
  if (read < beyond) read += await relatedRead(ctx, everything, all, bindings, beyond - read);
  known.cost = read <= half ? read : Number.POSITIVE_INFINITY;
  known.at = ctx.now;
  return known.cost;
}

/** What the message adds where other parts of the request have taken some of its budget. */
function alsoRead(spent: number): string {
  return spent > 0 ? `, with the ${spent} of the request's other parts` : "";
}

function tooManyItems({ collection, where }: ScanSource, maxScan: number, weight: number, spent: number): PlinthError {
  const { index, text } = hintFor(collection, where);
  const conditions = weight > 1 ? `, each counted ${weight} times for its ${conditionsIn(where)} conditions` : "";
  const message = `This would read more than ${maxScan} items of ${collection.slug}${conditions}${alsoRead(spent)}; ${text}.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "filter", max_scan: maxScan, ...(index && { index }) });
}

function tooManyRelated(
  { collection }: ScanSource,
  { filter, output }: RelationPaths,
  maxScan: number,
  spent: number,
): PlinthError {
  const followed = [...filter, ...output];
  const many = followed.filter((budget) => budget.at(-1)!.via);
  const paths = [...new Set((many.length > 0 ? many : followed).map(keyOf))].join(", ");
  const message = `This would read more than ${maxScan} related items through ${paths}${alsoRead(spent)}; filter by fields of ${collection.slug}, so that fewer items are followed.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "filter", max_scan: maxScan });
}
