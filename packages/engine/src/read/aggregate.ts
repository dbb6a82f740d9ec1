import {
  type Aggregate,
  ALWAYS,
  type FieldRef,
  type FieldValue,
  type GroupTerm,
  type Json,
  type Measure,
  type Row,
  type ZoneOffsets,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { bindSlow } from "../kernel/bindings.ts";
import { collectionOf, memoize, roleKey } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { refuseTooManyBytes, requireTime } from "../kernel/request-budget.ts";
import type { AggregateInput } from "./aggregate-input.ts";
import { groupTerm, type ParsedAggregate, type ParsedGroup, parseAggregate, UTC } from "./aggregate-query.ts";
import { maxBytesOf } from "./answer-bytes.ts";
import { countIn, DEFAULT_LIMIT } from "./page.ts";
import { requireAggregateWithinLimit } from "./query-cost-limit.ts";
import { parseFilter } from "./query-parts.ts";
import type { ScanSource } from "./scan-cost.ts";
import { observeRead } from "./scan-warning.ts";
import { zoneOffsets } from "./time-zone.ts";
import { refuseTooLarge } from "./too-large.ts";

/** `POST /api/items/:slug/aggregate`: one row for each group, under the caller's read rule. */
export async function aggregateItems(ctx: RequestContext, slug: string, input: AggregateInput): Promise<Row[]> {
  const collection = collectionOf(ctx, slug);
  const policy = requireReadAccess(ctx.catalog, ctx.principal, collection);
  const limit = countIn(input.limit, "limit", DEFAULT_LIMIT, 1, ctx.engine.config.maxLimit);
  const offset = countIn(input.offset, "offset", 0, 0, Number.MAX_SAFE_INTEGER);
  const values: FieldValue[] = [];
  const { condition: where, shape } = parseFilter(ctx, collection, input.filter, values);
  const parsed = parseAggregate(ctx, collection, input, values);
  const source: ScanSource = { collection, policy, where };
  await requireAggregateWithinLimit(ctx, source, refsOf(parsed), values);
  const { measures, having, sort } = parsed;
  const groups: GroupTerm[] = [];
  for (const group of parsed.groups) groups.push(await toTerm(ctx, source, values, group));
  const tree: Aggregate = {
    ...source,
    groups,
    measures,
    having,
    sort,
    limit: { value: limit },
    ...(offset > 0 && { offset: { value: offset } }),
  };
  const bindings = bindSlow(ctx, values, maxBytesOf(ctx));
  const began = performance.now();
  const { rows } = await ctx
    .source(tree.collection)
    .store.aggregate(tree, bindings)
    .catch(refuseTooManyBytes(ctx, "aggregates"))
    .catch(refuseTooLarge("aggregates"));
  observeRead(ctx, {
    shape: shapeOf(ctx, slug, input, shape),
    tree,
    values,
    asked: { filter: input.filter, group_by: input.group_by as Json | undefined },
    ms: performance.now() - began,
    rows: rows.length,
  });
  return rows;
}

const MAX_SHAPE_CHARS = 2000;

/** Each request creates its own aggregate tree, so this shared object represents all of the same shape. */
function shapeOf({ catalog, principal }: RequestContext, slug: string, input: AggregateInput, filter: string): object {
  const key = `aggregate|${roleKey(principal)}|${slug}|${filter}|${JSON.stringify([input.group_by, input.aggregates])}`;
  return memoize(catalog, key.slice(0, MAX_SHAPE_CHARS), () => ({}));
}

/** What is computed for each item. A time zone also needs the first and the last time. */
function refsOf({ measures, groups }: ParsedAggregate): FieldRef[] {
  const grouped = groups.flatMap(({ ref, time_zone }) => (time_zone ? [ref, ref, ref] : [ref]));
  return [...measures.flatMap(({ ref }) => ref ?? []), ...grouped];
}

async function toTerm(
  ctx: RequestContext,
  source: ScanSource,
  values: FieldValue[],
  group: ParsedGroup,
): Promise<GroupTerm> {
  const { ref, time_zone, path } = group;
  return groupTerm(group, time_zone ? await offsetsOf(ctx, source, values, ref, time_zone, path) : UTC);
}

/** A zone's offsets between the first and the last time of the rows. */
async function offsetsOf(
  ctx: RequestContext,
  source: ScanSource,
  values: FieldValue[],
  ref: FieldRef,
  time_zone: string,
  path: string,
): Promise<ZoneOffsets> {
  const measures: Measure[] = [
    { name: "first", fn: "min", ref },
    { name: "last", fn: "max", ref },
  ];
  const tree: Aggregate = { ...source, groups: [], measures, having: ALWAYS, sort: [], limit: { value: 1 } };
  requireTime(ctx, path);
  const { rows } = await ctx.source(tree.collection).store.aggregate(tree, bindSlow(ctx, values));
  const { first, last } = rows[0] as { first: string | null; last: string | null };
  const now = ctx.variables.now;
  return zoneOffsets(time_zone, first ?? now, last ?? now, `${path}.time_zone`);
}
