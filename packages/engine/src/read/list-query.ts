import {
  and,
  type Collection,
  type Condition,
  type Embed,
  type FieldValue,
  type Find,
  invalid,
  type Json,
  type Operand,
  PlinthError,
  type SortTerm,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-access.ts";
import { collectionOf, derive, rightsKey } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { decodeCursor } from "./cursor.ts";
import { parseExpandText } from "./expand.ts";
import { LIST_PARAMETERS } from "./list-body.ts";
import { parseFilter, parseSort } from "./query-parts.ts";
import { parseSelection } from "./selection.ts";

/** A list request, understood: a tree that is shared by requests of the same shape, and this request's values. */
export interface ListQuery {
  readonly tree: Find;
  readonly where: Condition;
  readonly values: readonly FieldValue[];
  readonly limit: number;
  readonly offset: number;
  /** Null where paging goes by offset; otherwise the sort that a cursor belongs to. */
  readonly cursorSort: string | null;
  readonly embeds: readonly Embed[];
  /** What `fields` asked for by name; null where all were asked for. */
  readonly names: readonly string[] | null;
  readonly meta: { filterCount: boolean; totalCount: boolean; estimate: boolean };
  readonly explain: boolean;
}

type Parameter = (typeof LIST_PARAMETERS)[number];
const DEFAULT_LIMIT = 50;
const MAX_QUERY_CHARS = 2000;

export type ListParameters = ReadonlyMap<string, string>;

export function parameters(search: URLSearchParams, allowed: readonly string[]): ListParameters {
  const found = new Map<string, string>();
  for (const [name, value] of search) {
    if (!allowed.includes(name)) {
      throw invalid(name.slice(0, 100), `there is no such parameter; use ${allowed.join(", ")}`, "UNKNOWN_PARAMETER");
    }
    if (found.has(name)) throw invalid(name, "give this parameter once");
    found.set(name, value);
  }
  return found;
}

/** Understands a list request; repeated requests with the same query string are understood once. */
export function prepareList(scope: Scope, slug: string, search: string): ListQuery {
  const make = (): ListQuery => parseList(scope, collectionOf(scope.catalog, slug), new URLSearchParams(search));
  if (search.length > MAX_QUERY_CHARS) return make();
  return derive(scope.catalog, `list|${rightsKey(scope.principal)}|${slug}?${search}`, make);
}

export function parseList(scope: Scope, collection: Collection, search: URLSearchParams): ListQuery {
  const params = parameters(search, LIST_PARAMETERS);
  const { catalog, principal } = scope;
  const access = requireReadAccess(catalog, principal, collection);
  const values: FieldValue[] = [];
  const filterText = params.get("filter");
  const filter = parseFilter(
    scope,
    collection,
    filterText === undefined ? undefined : parseJsonText(filterText, "filter"),
    values,
  );
  const sort = parseSort(scope, collection, access, params.get("sort"));
  const wanted = { fields: params.get("fields"), expand: parseExpandText(params.get("expand")) };
  const selection = parseSelection(scope, collection, access, wanted, values);
  const { select, outputs, embeds, names } = selection;
  const where = and(filter.condition, selection.required);
  const limit = parseCount(params, "limit", DEFAULT_LIMIT, 1, scope.engine.config.maxLimit);
  const offset = parseCount(params, "offset", 0, 0, Number.MAX_SAFE_INTEGER);
  const cursor = params.get("cursor");
  if (cursor !== undefined && params.has("offset")) throw invalid("offset", "cannot be combined with cursor");
  const after = cursor ? bindAfter(scope, sort, cursor, values) : undefined;
  const slot = (value: number): Operand => ({ slot: values.push(value) - 1 });
  const shape = `${filter.shape}|${sort.text}|${selection.shape}|${after?.map((a) => (a ? "v" : "n")).join("") ?? "first"}|${cursor !== undefined}|${offset > 0}`;
  // One more than asked for, to know whether there is more.
  const paging = { limit: slot(limit + 1), ...(offset > 0 && { offset: slot(offset) }) };
  const tree = derive(
    catalog,
    `tree|${rightsKey(principal)}|${collection.slug}|${shape}`,
    (): Find => ({
      collection,
      access,
      where,
      select,
      ...(outputs.length > 0 && { outputs }),
      sort: sort.terms,
      ...paging,
      ...(after && { after }),
      ...(cursor !== undefined && { withSortValues: true }),
    }),
  );
  const cursorSort = cursor === undefined ? null : sort.text;
  const meta = parseMeta(params.get("meta"), oneOf(params, "count", ["exact", "estimate"]) === "estimate");
  const explain = oneOf(params, "explain", ["0", "1"]) === "1";
  return {
    tree,
    where,
    values,
    limit,
    offset,
    cursorSort,
    embeds,
    names,
    meta,
    explain,
  };
}

function parseJsonText(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid(name, "is not valid JSON");
  }
}

function parseCount(params: ListParameters, name: Parameter, fallback: number, min: number, max: number): number {
  const text = params.get(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw invalid(
      name,
      max === Number.MAX_SAFE_INTEGER
        ? `expected a whole number from ${min}`
        : `expected a whole number from ${min} to ${max}`,
    );
  }
  return value;
}

function oneOf(params: ListParameters, name: Parameter, values: readonly string[]): string | undefined {
  const value = params.get(name);
  if (value !== undefined && !values.includes(value)) throw invalid(name, `expected ${values.join(" or ")}`);
  return value;
}

function parseMeta(text: string | undefined, estimate: boolean): ListQuery["meta"] {
  const names = text === undefined ? [] : text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (name !== "filter_count" && name !== "total_count" && name !== "*") {
      throw invalid("meta", "expected filter_count, total_count or *");
    }
  }
  const has = (name: string): boolean => names.includes(name) || names.includes("*");
  return { filterCount: has("filter_count"), totalCount: has("total_count"), estimate };
}

function bindAfter(
  scope: Scope,
  sort: { terms: SortTerm[]; text: string },
  cursor: string,
  values: FieldValue[],
): (Operand | null)[] {
  const sortValues = decodeCursor(cursor, sort.text);
  if (!scope.store.areSortValues(sort.terms, sortValues)) {
    throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
  }
  return sortValues.map((value) => (value === null ? null : { slot: values.push(value) - 1 }));
}

export function listPage(
  query: ListQuery,
  rows: Json[],
  hasMore: boolean,
  nextCursor: string | null,
): Record<string, Json> {
  if (query.cursorSort !== null) return { data: rows, limit: query.limit, has_more: hasMore, next_cursor: nextCursor };
  return { data: rows, limit: query.limit, offset: query.offset, has_more: hasMore };
}
