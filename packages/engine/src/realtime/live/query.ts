import {
  type FieldValue,
  type Found,
  invalid,
  isObject,
  type Json,
  type JsonObject,
  type Row,
  type SortTerm,
} from "@plinth/core";
import * as z from "zod";
import { collectionOf } from "../../kernel/catalog.ts";
import type { Scope } from "../../kernel/engine.ts";
import { aggregateItems } from "../../read/aggregate.ts";
import { aggregateSchema, groupName, parseAggregate } from "../../read/aggregate-query.ts";
import { embedRelated } from "../../read/embed.ts";
import { listBodySchema, searchOfList } from "../../read/list-body.ts";
import { type ListQuery, parseList } from "../../read/list-query.ts";
import { bind } from "../../read/read.ts";
import { requireListable } from "../../read/scan-fence.ts";
import { fingerprintOf, type Lens, lensOf } from "../lens.ts";
import { type Reach, reachOf } from "./reach.ts";
import { windowPart } from "./window-part.ts";

const SPARE_ROWS = 50;

const collection = z.string();
const list = listBodySchema
  .pick({ filter: true, sort: true, fields: true, expand: true })
  .extend({ collection, limit: z.int().min(1).optional() });
const aggregated = aggregateSchema.extend({ collection });

/** A list as `GET /api/items/:slug` has it, or with `aggregates` what `POST …/aggregate` computes. */
export const liveQuerySchema = z.union([list, aggregated]);

/** The form that a query is meant to have, so that a mistake in it can be named. */
export function liveSchemaFor(query: unknown): z.ZodType<LiveQueryInput> {
  const groups =
    isObject(query as Json) && ["aggregates", "groupBy", "having"].some((name) => name in (query as object));
  return groups ? aggregated : list;
}
export type LiveQueryInput = z.infer<typeof liveQuerySchema>;

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
  const lens = lensOf(scope, input.collection, input.filter as Json | undefined);
  return "aggregates" in input ? liveAggregate(scope, input, lens) : liveList(scope, input, lens, spareRows);
}

function liveAggregate(scope: Scope, input: Extract<LiveQueryInput, { aggregates: unknown }>, lens: Lens): LiveQuery {
  const { collection, ...rest } = input;
  const { groups, measures } = parseAggregate(scope, lens.collection, rest, []);
  const refs = [...groups, ...measures].flatMap(({ ref }) => ref ?? []);
  const reach = reachOf(lens, refs, [], rest.having as Json | undefined);
  const keys = rest.groupBy.map(groupName);
  return {
    lens,
    ...reach,
    limit: rest.limit,
    fingerprint: fingerprintOf(scope, [lens.collection.id, ...reach.reached]),
    // A group has no id of its own: what it is grouped by tells it apart.
    keyOf: (row) => JSON.stringify(keys.map((key) => row[key] ?? null)),
    read: (now) => aggregateItems(now, collection, rest),
  };
}

function liveList(
  scope: Scope,
  input: Exclude<LiveQueryInput, { aggregates: unknown }>,
  lens: Lens,
  spareRows: number,
): LiveQuery {
  const { maxLimit } = scope.engine.config;
  const limit = input.limit ?? 50;
  if (limit > maxLimit) throw invalid("limit", `expected a whole number from 1 to ${maxLimit}`);
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
      const { rows } = await now.store.find(again.tree, bind(now, again.values));
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
      return now.store.find(tree, bind(now, values));
    },
  };
}

function parsed(
  scope: Scope,
  input: Exclude<LiveQueryInput, { aggregates: unknown }>,
  limit: number,
  selected: boolean,
): ListQuery {
  const { collection: _, fields, ...rest } = input;
  const search = searchOfList({ ...rest, ...(selected && { fields }), limit });
  return parseList(scope, collectionOf(scope.catalog, input.collection), search);
}

/** Only what was asked for, and in one order, wherever the row came from. */
export function project({ kind, stored }: Lens["collection"], row: JsonObject, select: readonly string[] | null) {
  if (!select && kind === "document") return row;
  const kept: JsonObject = {};
  for (const name of select ?? stored.keys()) if (Object.hasOwn(row, name)) kept[name] = row[name]!;
  return kept;
}
