import type { FieldValue, Found, JsonObject, Row, SortTerm } from "@plinth/core";
import type { Scope } from "../../kernel/engine.ts";
import { aggregateItems } from "../../read/aggregate.ts";
import type { AggregateInput } from "../../read/aggregate-input.ts";
import { groupName, parseAggregate } from "../../read/aggregate-query.ts";
import { embedRelated } from "../../read/embed.ts";
import type { ListInput } from "../../read/list-input.ts";
import { type ListQuery, prepareList } from "../../read/list-query.ts";
import { countIn, DEFAULT_LIMIT } from "../../read/page.ts";
import { bind } from "../../read/read.ts";
import { requireListable } from "../../read/scan-fence.ts";
import { fingerprintOf, type Lens, lensOf } from "../lens.ts";
import { type Reach, reachOf } from "./reach.ts";
import { windowPart } from "./window-part.ts";

const SPARE_ROWS = 50;

/** A list, its first items in its order … */
export interface LiveListInput extends Pick<ListInput, "filter" | "sort" | "fields" | "expand" | "limit"> {
  readonly collection: string;
}

/** … or what is computed of a collection's items. */
export interface LiveAggregateInput extends AggregateInput {
  readonly collection: string;
}

export type LiveQueryInput = LiveListInput | LiveAggregateInput;

/** A live query, understood for one set of rights. */
export interface LiveQuery extends Reach {
  /** Membership by rule and filter; what its rows look like is decided by reading. */
  readonly lens: Lens;
  readonly limit: number;
  /** What tells a row of the result from the others. */
  keyOf(row: Row): string;
  /** Present where a change can be applied to the window in memory. */
  readonly window?: WindowPlan | undefined;
  /** All that decides the result's form and rights. */
  readonly fingerprint: string;
  /** The result of now. */
  read(scope: Scope): Promise<Row[]>;
}

export interface WindowPlan {
  readonly sort: readonly SortTerm[];
  readonly select: readonly string[] | null;
  /** Rows to hold: some more than are shown, and than a caller may ask for. */
  readonly size: number;
  /** Rows of now with all their fields and sort values: the first ones, or those after the one with these sort values. */
  read(scope: Scope, count: number, after?: readonly FieldValue[]): Promise<Found>;
}

/** Throws what the read would throw. */
export function liveQuery(scope: Scope, input: LiveQueryInput, spareRows = SPARE_ROWS): LiveQuery {
  const lens = lensOf(scope, input.collection, input.filter);
  return "aggregates" in input ? liveAggregate(scope, input, lens) : liveList(scope, input, lens, spareRows);
}

function liveAggregate(scope: Scope, input: LiveAggregateInput, lens: Lens): LiveQuery {
  const { collection, ...rest } = input;
  const { groups, measures } = parseAggregate(scope, lens.collection, rest, []);
  const refs = [...groups, ...measures].flatMap(({ ref }) => ref ?? []);
  const reach = reachOf(lens, refs, [], rest.having);
  const keys = (rest.groupBy ?? []).map(groupName);
  return {
    lens,
    ...reach,
    limit: rest.limit ?? DEFAULT_LIMIT,
    fingerprint: fingerprintOf(scope, [lens.collection.id, ...reach.reached]),
    // A group has no id of its own: what it is grouped by tells it apart.
    keyOf: (row) => JSON.stringify(keys.map((key) => row[key] ?? null)),
    read: (now) => aggregateItems(now, collection, rest),
  };
}

function liveList(scope: Scope, input: LiveListInput, lens: Lens, spareRows: number): LiveQuery {
  const limit = countIn(input.limit, "limit", DEFAULT_LIMIT, 1, scope.engine.config.maxLimit);
  const query = parsed(scope, input, limit, true);
  const sorts = query.tree.sort.map(({ ref }) => ref);
  const reach = reachOf({ access: lens.access, filter: query.where }, sorts, query.embeds);
  const plain = sorts.every((ref) => !ref.path && !ref.through);
  const whole = !query.tree.outputs && query.embeds.length === 0;
  const direct = plain && whole && reach.reached.size === 0 && !reach.timed;
  return {
    lens,
    ...reach,
    limit,
    keyOf: (row) => row.id as string,
    window: direct ? windowPlan(query, limit + spareRows, (now) => parsed(now, input, limit, false)) : undefined,
    fingerprint: fingerprintOf(scope, [lens.collection.id, ...reach.reached]),
    async read(now) {
      const again = parsed(now, input, limit, true);
      await requireListable(now, again.tree, again.values);
      const { rows } = await now.source(again.tree.collection).store.find(again.tree, bind(now, again.values));
      if (rows.length > limit) rows.length = limit;
      if (again.embeds.length > 0) await embedRelated(now, rows, again.embeds);
      return rows;
    },
  };
}

function windowPlan({ tree: { sort, select } }: ListQuery, size: number, whole: (now: Scope) => ListQuery): WindowPlan {
  return {
    sort,
    select,
    size,
    read(now, count, after) {
      const { tree, values } = windowPart(whole(now), count, after);
      return now.source(tree.collection).store.find(tree, bind(now, values));
    },
  };
}

function parsed(scope: Scope, input: LiveListInput, limit: number, selected: boolean): ListQuery {
  const { collection, fields, ...rest } = input;
  return prepareList(scope, collection, { ...rest, ...(selected && { fields }), limit });
}

/** Only what was asked for, and in one order, wherever the row came from. */
export function project({ kind, stored }: Lens["collection"], row: JsonObject, select: readonly string[] | null) {
  if (!select && kind === "document") return row;
  const kept: JsonObject = {};
  for (const name of select ?? stored.keys()) if (Object.hasOwn(row, name)) kept[name] = row[name]!;
  return kept;
}
