import type { JsonObject } from "@plinth/core";
import type { AnySchema, CheckedGroups, CheckedMeasures, Filter, Slug } from "../schema/index.ts";
import type { Group, Measures, Query } from "../schema/query.ts";

/** Which items, and what of them, in the words of the HTTP API. */
export type ItemQuery = Query<AnySchema, string>;

export const READ_OPTIONS: readonly (keyof ItemQuery)[] = ["fields", "expand"];
export const LIST_OPTIONS: readonly (keyof ItemQuery)[] = [
  ...READ_OPTIONS,
  "filter",
  "sort",
  "limit",
  "offset",
  "cursor",
  "meta",
  "count",
  "explain",
];

/** A part of a list of items. */
export interface ItemPage<T> {
  readonly data: readonly T[];
  readonly limit: number;
  readonly offset?: number;
  readonly has_more: boolean;
  /** With `cursor`; null: this is the last page. */
  readonly next_cursor?: string | null;
  readonly meta?: { readonly filter_count?: number; readonly total_count?: number };
  readonly explain?: {
    readonly statement: string;
    readonly plan: readonly string[];
    readonly scans: readonly string[];
    readonly index: string | null;
  };
}

/** What is computed over items. */
export interface AggregateQuery<
  S extends AnySchema = AnySchema,
  C extends Slug<S> = Slug<S>,
  M extends Measures = Measures,
  G extends Group = Group,
> {
  /** Named results, such as `{ gross: { sum: "us_gross" } }`. */
  readonly aggregates: M & CheckedMeasures<S, C, M>;
  readonly group_by?: (readonly G[] & CheckedGroups<S, C, G>) | undefined;
  readonly filter?: Filter<S, C> | undefined;
  readonly having?: JsonObject | undefined;
  readonly sort?: string | readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export const AGGREGATE_OPTIONS: readonly (keyof AggregateQuery)[] = [
  "aggregates",
  "group_by",
  "filter",
  "having",
  "sort",
  "limit",
  "offset",
];

export type QueryText = Readonly<Record<string, string | undefined>>;

/** Parameters of an address: lists with commas, objects as JSON. */
export function parametersOf(query: object): QueryText {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, textOf(value)]));
}

/** Servers and proxies limit addresses. */
const LONGEST_ADDRESS = 4000;

/** Whether an address can hold the parameters; longer ones are sent in a body. */
export function fitAddress(query: QueryText): boolean {
  const length = Object.values(query).reduce((sum, text = "") => sum + encodeURIComponent(text).length, 0);
  return length <= LONGEST_ADDRESS;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
