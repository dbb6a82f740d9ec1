import {
  type Awaitable,
  type FieldValue,
  type FindResult,
  type JsonObject,
  type Row,
  recover,
  type SortTerm,
  whenDone,
} from "@plinth/core";
import { bindSlow } from "../../kernel/bindings.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { refuseTooManyBytes } from "../../kernel/request-budget.ts";
import { aggregateItems } from "../../read/aggregate.ts";
import type { AggregateInput } from "../../read/aggregate-input.ts";
import { groupName, parseAggregate } from "../../read/aggregate-query.ts";
import { maxBytesOf } from "../../read/answer-bytes.ts";
import { expandRelated } from "../../read/expansion.ts";
import type { ListInput } from "../../read/list-input.ts";
import { type ListQuery, prepareList } from "../../read/list-query.ts";
import { countIn, DEFAULT_LIMIT } from "../../read/page.ts";
import { requireListWithinLimit } from "../../read/query-cost-limit.ts";
import { fingerprintOf, type Visibility, visibilityOf } from "../visibility.ts";
import { type Dependencies, dependenciesOf } from "./dependencies.ts";
import { windowPart } from "./window-part.ts";

const SPARE_ROWS = 50;

/** A list: its first items in its order. */
export interface LiveListInput extends Pick<ListInput, "filter" | "sort" | "fields" | "expand" | "limit"> {
  readonly collection: string;
}

/** An aggregate of a collection's items. */
export interface LiveAggregateInput extends AggregateInput {
  readonly collection: string;
}

export type LiveQueryInput = LiveListInput | LiveAggregateInput;

/** A live query, compiled for one set of rights. */
export interface LiveQuery extends Dependencies {
  /** Membership by rule and filter. The read decides which fields a row shows. */
  readonly visibility: Visibility;
  readonly limit: number;
  /** The key that identifies a row of the result. */
  keyOf(row: Row): string;
  /** Present where a change can be applied to the window in memory. */
  readonly window?: WindowPlan | undefined;
  /** Everything that decides the result's form and rights. */
  readonly fingerprint: string;
  /** Reads the current result. */
  read(ctx: RequestContext): Promise<Row[]>;
}

export interface WindowPlan {
  readonly sort: readonly SortTerm[];
  readonly select: readonly string[] | null;
  /** Rows to keep in memory: more than the query shows, and more than a caller may request. */
  readonly size: number;
  /** Current rows with all fields and sort values: the first ones, or those after the row with these sort values. */
  read(ctx: RequestContext, count: number, after?: readonly FieldValue[]): Awaitable<FindResult>;
}

/** Throws what the read would throw. */
export function liveQuery(ctx: RequestContext, input: LiveQueryInput, spareRows = SPARE_ROWS): LiveQuery {
  const visibility = visibilityOf(ctx, input.collection, input.filter);
  return "aggregates" in input ? liveAggregate(ctx, input, visibility) : liveList(ctx, input, visibility, spareRows);
}

function liveAggregate(ctx: RequestContext, input: LiveAggregateInput, visibility: Visibility): LiveQuery {
  const { collection, ...rest } = input;
  const { groups, measures } = parseAggregate(ctx, visibility.collection, rest, []);
  const refs = [...groups, ...measures].flatMap(({ ref }) => ref ?? []);
  const dependencies = dependenciesOf(visibility, refs, [], rest.having);
  const keys = (rest.group_by ?? []).map(groupName);
  return {
    visibility,
    ...dependencies,
    limit: rest.limit ?? DEFAULT_LIMIT,
    fingerprint: fingerprintOf(ctx, [visibility.collection.id, ...dependencies.dependsOn]),
    // A group has no id of its own: the values it is grouped by identify it.
    keyOf: (row) => JSON.stringify(keys.map((key) => row[key] ?? null)),
    read: (now) => aggregateItems(now, collection, rest),
  };
}

function liveList(ctx: RequestContext, input: LiveListInput, visibility: Visibility, spareRows: number): LiveQuery {
  const limit = countIn(input.limit, "limit", DEFAULT_LIMIT, 1, ctx.engine.config.maxLimit);
  const query = parsed(ctx, input, limit, true);
  const sorts = query.tree.sort.map(({ ref }) => ref);
  const dependencies = dependenciesOf({ policy: visibility.policy, filter: query.where }, sorts, query.expansions);
  const plain = sorts.every((ref) => !ref.path && !ref.through);
  const whole = !query.tree.outputs && query.expansions.length === 0;
  const direct = plain && whole && dependencies.dependsOn.size === 0 && !dependencies.timed;
  return {
    visibility,
    ...dependencies,
    limit,
    keyOf: (row) => row.id as string,
    window: direct ? windowPlan(query, limit + spareRows, (now) => parsed(now, input, limit, false)) : undefined,
    fingerprint: fingerprintOf(ctx, [visibility.collection.id, ...dependencies.dependsOn]),
    async read(now) {
      const again = parsed(now, input, limit, true);
      const { rows } = await findWithinLimit(now, again);
      if (rows.length > limit) rows.length = limit;
      if (again.expansions.length > 0) await expandRelated(now, rows, again.expansions);
      return rows;
    },
  };
}

function windowPlan(
  { tree: { sort, select } }: ListQuery,
  size: number,
  whole: (now: RequestContext) => ListQuery,
): WindowPlan {
  return {
    sort,
    select,
    size,
    read: (now, count, after) => findWithinLimit(now, windowPart(whole(now), count, after)),
  };
}

function findWithinLimit(
  ctx: RequestContext,
  { tree, values }: Pick<ListQuery, "tree" | "values">,
): Awaitable<FindResult> {
  const { store } = ctx.source(tree.collection);
  return whenDone(requireListWithinLimit(ctx, tree, values), () =>
    recover(() => store.find(tree, bindSlow(ctx, values, maxBytesOf(ctx))), refuseTooManyBytes(ctx, "limit")),
  );
}

function parsed(ctx: RequestContext, input: LiveListInput, limit: number, selected: boolean): ListQuery {
  const { collection, fields, ...rest } = input;
  return prepareList(ctx, collection, { ...rest, ...(selected && { fields }), limit });
}

/** Only the selected fields, in one order, wherever the row came from. */
export function project({ kind, stored }: Visibility["collection"], row: JsonObject, select: readonly string[] | null) {
  if (!select && kind === "document") return row;
  const kept: JsonObject = {};
  for (const name of select ?? stored.keys()) if (Object.hasOwn(row, name)) kept[name] = row[name]!;
  return kept;
}
