import {
  type Aggregate,
  and,
  type Condition,
  elapsed,
  type FieldRef,
  type FieldValue,
  type Find,
  type ParentFilter,
  PlinthError,
  type SortTerm,
} from "@plinth/core";
import { memoize } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hintFor } from "../kernel/index-hint.ts";
import { relationPathsOf, relationPathsOfRef, stepsOf } from "./dependencies.ts";
import { everythingOf, itemsRead, keyOf, ownPart, type RelationPath, relatedRead, type Source } from "./scan-cost.ts";

/** Relations that a read follows from its items: to find them, and to return the selected values of those found. */
interface RelationPaths {
  readonly filter: readonly RelationPath[];
  readonly output: readonly RelationPath[];
}

/** How long a collection that is far below the limit is assumed to stay small. */
const SMALL_MS = 60_000;

/** Refuses an aggregate that would read more items than one request may. The error says how to reduce the number. */
export async function requireAggregateWithinLimit(
  ctx: RequestContext,
  source: Source,
  refs: readonly FieldRef[],
  values: readonly FieldValue[],
): Promise<void> {
  const followed = { filter: relationPathsOf(source.where), output: refs.flatMap((ref) => relationPathsOfRef(ref)) };
  await requireWithinLimit(ctx, source, followed, values);
}

const listPaths = new WeakMap<object, RelationPaths | null>();

/** Maximum number of to-one steps from each item of a list that need no count. */
const MAX_UNCOUNTED = 20;

/**
 * The same for a list that follows to-many relations, or very many relations: any other list is bounded by its own
 * collection. Also for aggregates of some parents' related items, which have no other bound. Undefined: no count is
 * needed.
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

/** Counts from the links if there are any: nothing says that the items behind them are few. */
function ofParents(tree: Source, { relation, parents }: ParentFilter, paths: RelationPaths): [Source, RelationPaths] {
  const { target, via = target.byName.get("id")!, junction } = relation;
  const where: Condition = { kind: "in", ref: { field: via }, negated: false, operand: parents };
  if (!junction) return [{ ...tree, where: and(where, tree.where) }, paths];
  const step = stepsOf(relation)[1]!;
  const output = [[step], ...[...paths.filter, ...paths.output].map((budget) => [step, ...budget])];
  return [
    { collection: junction.collection, policy: junction.policy, where },
    { filter: [], output },
  ];
}

function relationPathsOfGroups({ where, groups, measures }: Aggregate): RelationPaths {
  const refs = [...groups, ...measures].flatMap(({ ref }) => ref ?? []);
  return { filter: relationPathsOf(where), output: refs.flatMap((ref) => relationPathsOfRef(ref)) };
}

function relationPathsOfList({ where, sort, after, withSortValues }: Find): RelationPaths | null {
  const filter = relationPathsOf(where);
  const output = sort.flatMap(({ ref }, i) => {
    const times = 1 + (withSortValues ? 1 : 0) + (after ? timesAfter(sort, i) : 0);
    return Array.from({ length: times }, () => relationPathsOfRef(ref)).flat();
  });
  const followed = [...filter, ...output];
  return followed.length > MAX_UNCOUNTED || followed.some((path) => path.some((step) => step.via))
    ? { filter, output }
    : null;
}

/** A cursor tests each sort term where it decides (null or greater), and where it is equal and a later term decides. */
function timesAfter(sort: readonly SortTerm[], term: number): number {
  return 2 + (sort.length - 1 - term);
}

async function requireWithinLimit(
  ctx: RequestContext,
  source: Source,
  paths: RelationPaths,
  values: readonly FieldValue[],
): Promise<void> {
  const { maxScan } = ctx.engine.config;
  if (await isSmall(ctx, source, paths, maxScan)) return;
  const bindings = { values, variables: ctx.variables };
  const beyond = maxScan + 1;
  let read = await itemsRead(ctx, source, bindings, beyond);
  if (read > maxScan) throw tooManyItems(source, maxScan);
  read += await relatedRead(ctx, ownPart(source), paths.filter, bindings, beyond - read);
  if (read <= maxScan) read += await relatedRead(ctx, source, paths.output, bindings, beyond - read);
  if (read > maxScan) throw tooManyRelated(source, paths, maxScan);
}

/** Counted without the filter, so that requests of this shape far below the limit need no new count. */
async function isSmall(
  ctx: RequestContext,
  { collection }: Source,
  paths: RelationPaths,
  maxScan: number,
): Promise<boolean> {
  const all = [...paths.filter, ...paths.output];
  const key = `scan|${collection.slug}|${all.map(keyOf).join("|")}`;
  const known = memoize(ctx.catalog, key, () => ({ at: Number.NEGATIVE_INFINITY, far: false }));
  if (elapsed(ctx.now, known.at) < SMALL_MS) return known.far;
  const everything = everythingOf(collection);
  const bindings = { values: [], variables: ctx.variables };
  const beyond = maxScan + 1;
  let read = await itemsRead(ctx, everything, bindings, beyond);
  if (read < beyond) read += await relatedRead(ctx, everything, all, bindings, beyond - read);
  known.far = read <= maxScan / 2;
  known.at = ctx.now;
  return read <= maxScan;
}

function tooManyItems({ collection, where }: Source, maxScan: number): PlinthError {
  const { index, text } = hintFor(collection, where);
  const message = `This would read more than ${maxScan} items of ${collection.slug}; ${text}.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "filter", max_scan: maxScan, ...(index && { index }) });
}

function tooManyRelated({ collection }: Source, { filter, output }: RelationPaths, maxScan: number): PlinthError {
  const followed = [...filter, ...output];
  const many = followed.filter((budget) => budget.at(-1)!.via);
  const paths = [...new Set((many.length > 0 ? many : followed).map(keyOf))].join(", ");
  const message = `This would read more than ${maxScan} related items through ${paths}; filter by fields of ${collection.slug}, so that fewer items are followed.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "filter", max_scan: maxScan });
}
