import { type Aggregate, ALWAYS, elapsed, type FieldValue, type Find, FULL_ACCESS } from "@plinth/core";
import { bind, bindSlow } from "../kernel/bindings.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { missingIndexFields } from "../kernel/index-hint.ts";
import { loggedOf } from "../kernel/logged.ts";
import { service } from "../kernel/services.ts";
import {
  type AskedQuery,
  type LargeScan,
  type PlanFinding,
  type QueryStatistics,
  SLOW_MS,
  statisticsOf,
} from "./slow-queries.ts";

/** A scan or a sort of at least this many rows causes a warning. */
const LARGE = 10_000;
/** A small table may grow, and a good plan may change, so shapes are checked again. */
const LOOK_AGAIN_MS = 600_000;

/** What is known of a query shape. */
interface ObservedShape {
  /** When its plan was last checked. */
  lookedAt: number;
  finding: PlanFinding | undefined;
  /** Once one of its queries was slow, or reads too much. */
  statistics: QueryStatistics | undefined;
}

const shapes = service("query shapes that were observed", (_: Engine) => new WeakMap<object, ObservedShape>());

interface ObservedRead {
  /** Identifies the shape, and lives as long as it. */
  readonly shape: object;
  readonly tree: Find | Aggregate;
  readonly values: readonly FieldValue[];
  readonly asked: AskedQuery;
  /** How long the read took. */
  readonly ms: number;
  readonly rows: number;
}

/** Counts slow reads. From time to time, after the answer, it checks a query shape for the missing index of a large collection. */
export function observeRead(ctx: RequestContext, read: ObservedRead): void {
  const known = shapes(ctx.engine);
  let shape = known.get(read.shape);
  if (!shape) {
    shape = { lookedAt: Number.NEGATIVE_INFINITY, finding: undefined, statistics: undefined };
    known.set(read.shape, shape);
  }
  if (shape.statistics || read.ms >= SLOW_MS) count(ctx, shape, read);
  if (!ctx.defer || elapsed(ctx.now, shape.lookedAt) < LOOK_AGAIN_MS) return;
  shape.lookedAt = ctx.now;
  const { log } = ctx.engine;
  const work = checkForFullScan(ctx, shape, read).catch((error: unknown) =>
    log.warn("a query could not be checked for full scans", { ...loggedOf(ctx), error }),
  );
  ctx.defer(work);
}

function count(ctx: RequestContext, shape: ObservedShape, { tree, asked, ms, rows }: ObservedRead): void {
  // Also where it has some: those that are looked up again are not forgotten for others.
  if (!shape.statistics || ms >= SLOW_MS) shape.statistics = statisticsOf(ctx, tree, asked);
  if (shape.finding) shape.statistics.finding = shape.finding;
  shape.statistics.add(ms, rows, ctx.now);
}

async function checkForFullScan(ctx: RequestContext, shape: ObservedShape, read: ObservedRead): Promise<void> {
  const finding = await findingOf(ctx, read);
  shape.finding = finding;
  if (finding.what !== null && !shape.statistics) count(ctx, shape, read);
  if (shape.statistics) shape.statistics.finding = finding;
  if (finding.what === null) return;
  ctx.engine.log.warn(`${"select" in read.tree ? "a list" : "an aggregate"} ${finding.what}`, {
    ...loggedOf(ctx),
    collection: read.tree.collection.slug,
    index: finding.missing?.join(", ") ?? null,
  });
}

async function findingOf(ctx: RequestContext, { tree, values }: ObservedRead): Promise<PlanFinding> {
  const { collection, policy, where } = tree;
  const plan = await ctx.source(tree.collection).store.explain(tree, bind(ctx, values));
  const isList = "select" in tree;
  const reads = plan.scans.includes(collection.table);
  const sorts = isList && plan.sorts;
  const missing = missingIndexFields(plan, collection, [policy.where, where], isList ? tree.sort : []);
  const what: LargeScan["what"] = reads ? "reads a whole large collection" : "sorts many items";
  const read = reads ? { policy: FULL_ACCESS, where: ALWAYS } : { policy, where };
  const costly = reads || (sorts && missing !== null);
  if (!costly || !(await isLarge(ctx, { collection, ...read }, values))) return { missing, what: null };
  return { missing, what };
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
