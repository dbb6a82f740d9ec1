import type { JsonObject } from "@plinth/core";

/** Which items, and what of them, in the words of the HTTP API. */
export interface ItemQuery {
  readonly filter?: JsonObject | undefined;
  readonly sort?: string | readonly string[] | undefined;
  readonly fields?: string | readonly string[] | undefined;
  readonly expand?: string | readonly string[] | JsonObject | undefined;
  /** 50 unless given. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Empty for the first page, then the `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** `filter_count`, `total_count`, both, or `*`. */
  readonly meta?: string | readonly string[] | undefined;
  readonly count?: "exact" | "estimate" | undefined;
  /** How the database reads the list; for secret keys and admins. */
  readonly explain?: boolean | undefined;
}

export type ReadQuery = Pick<ItemQuery, "fields" | "expand">;

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

export interface AggregateQuery {
  /** Named results, such as `{ gross: { sum: "us_gross" } }`. */
  readonly aggregates: JsonObject;
  readonly group_by?: readonly (string | JsonObject)[] | undefined;
  readonly filter?: JsonObject | undefined;
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

/** Characters of the parameters in an address, about. */
export function lengthOf(query: QueryText): number {
  return Object.values(query).reduce((sum, text = "") => sum + encodeURIComponent(text).length, 0);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
