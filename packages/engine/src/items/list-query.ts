import {
  type Access,
  ALWAYS,
  type Collection,
  type Condition,
  DOCUMENT_FIELD,
  type FieldValue,
  FilterParser,
  type Find,
  invalid,
  type Json,
  MAX_HOPS,
  type Operand,
  type RelationRef,
  requireVisible,
  type SortTerm,
  unknownField,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-access.ts";
import { collectionOf, derive, rightsKey } from "../catalog.ts";
import type { Scope } from "../engine.ts";
import { decodeCursor } from "./cursor.ts";
import { type ExpandPath, parseExpand } from "./expand.ts";
import { parseJsonPath } from "./json-path.ts";

/** A list request, understood: a tree that is shared by requests of the same shape, and this request's values. */
export interface ListQuery {
  readonly tree: Find;
  readonly where: Condition;
  readonly whereShape: string;
  readonly values: readonly FieldValue[];
  readonly limit: number;
  readonly offset: number;
  /** Null where paging goes by offset; otherwise the sort that a cursor belongs to. */
  readonly cursorSort: string | null;
  readonly expand: readonly ExpandPath[];
  readonly meta: { filterCount: boolean; totalCount: boolean };
}

const PARAMETERS = ["filter", "sort", "fields", "expand", "limit", "offset", "cursor", "meta"] as const;
type Parameter = (typeof PARAMETERS)[number];
const DEFAULT_LIMIT = 50;
const MAX_QUERY_CHARS = 2000;
const MAX_SORT_TERMS = 10;

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
  const params = parameters(search, PARAMETERS);
  const { catalog, principal } = scope;
  const access = requireReadAccess(catalog, principal, collection);
  const values: FieldValue[] = [];
  const filter = parseFilter(scope, collection, params.get("filter"), values);
  const sort = parseSort(scope, collection, access, params.get("sort") ?? undefined);
  const select = parseFields(collection, access, params.get("fields"));
  const expand = parseExpand(scope, collection, access, params.get("expand"));
  const withExpand = select ? [...new Set([...select, ...expand.map((path) => path.field.name)])] : null;
  const limit = parseCount(params, "limit", DEFAULT_LIMIT, 1, scope.engine.config.maxLimit);
  const offset = parseCount(params, "offset", 0, 0, Number.MAX_SAFE_INTEGER);
  const cursor = params.get("cursor");
  if (cursor !== undefined && params.has("offset")) throw invalid("offset", "cannot be combined with cursor");
  const after = cursor ? bindAfter(decodeCursor(cursor, sort.text), values) : undefined;
  const slot = (value: number): Operand => ({ slot: values.push(value) - 1 });
  // One more than asked for, to know whether there is more.
  const shape = `${filter.shape}|${sort.text}|${withExpand ?? "*"}|${after?.map((a) => (a ? "v" : "n")).join("") ?? ""}|${cursor !== undefined}|${offset > 0}`;
  const paging = { limit: slot(limit + 1), ...(offset > 0 && { offset: slot(offset) }) };
  const tree = derive(
    catalog,
    `tree|${rightsKey(principal)}|${collection.slug}|${shape}`,
    (): Find => ({
      collection,
      access,
      where: filter.condition,
      select: withExpand,
      sort: sort.terms,
      ...paging,
      ...(after && { after }),
      ...(cursor !== undefined && { withSortValues: true }),
    }),
  );
  const cursorSort = cursor === undefined ? null : sort.text;
  const meta = parseMeta(params.get("meta"));
  return { tree, where: filter.condition, whereShape: filter.shape, values, limit, offset, cursorSort, expand, meta };
}

function parseFilter(scope: Scope, collection: Collection, text: string | undefined, values: FieldValue[]) {
  if (text === undefined) return { condition: ALWAYS, shape: "" };
  return filterParser(scope, values).parse(collection, parseJsonText(text, "filter"));
}

/** A parser under the caller's own read rules: what may not be read may not be asked about. */
export function filterParser(scope: Scope, values: FieldValue[]): FilterParser {
  const { catalog, principal } = scope;
  return new FilterParser(
    {
      mode: "slots",
      relation: (_from, field, path) => hop(scope, field.to!, field, path),
      visible: (collection, field, path) =>
        requireVisible(requireReadAccess(catalog, principal, collection), field, path),
    },
    values,
  );
}

function hop(scope: Scope, slug: string, field: RelationRef["field"], path: string): RelationRef {
  const target = scope.catalog.collections.get(slug);
  if (!target) throw invalid(path, `${field.name} points to the missing collection ${slug}`);
  return { field, target, access: requireReadAccess(scope.catalog, scope.principal, target) };
}

function parseJsonText(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid(name, "is not valid JSON");
  }
}

/** The order, made total by the id. `text` is its canonical spelling. */
function parseSort(
  scope: Scope,
  collection: Collection,
  access: Access,
  text: string | undefined,
): { terms: SortTerm[]; text: string } {
  const parts = (text ?? defaultSort(collection, access)).split(",").map((part) => part.trim());
  if (parts.length > MAX_SORT_TERMS)
    throw invalid("sort", `at most ${MAX_SORT_TERMS} terms are allowed`, "LIMIT_EXCEEDED");
  const terms = parts.map((part) => sortTerm(scope, collection, access, part));
  if (!terms.some((term) => term.ref.field.name === "id" && term.through.length === 0)) {
    const direction = terms.at(-1)!.direction;
    terms.push({ ref: { field: collection.byName.get("id")! }, through: [], direction });
  }
  return { terms, text: parts.join(",") };
}

function defaultSort(collection: Collection, access: Access): string {
  if (collection.defaultSort) return collection.defaultSort;
  return access.fields && !access.fields.has("created_at") ? "-id" : "-created_at";
}

function sortTerm(scope: Scope, collection: Collection, access: Access, part: string): SortTerm {
  const direction = part.startsWith("-") ? "desc" : "asc";
  const segments = part.replace(/^[-+]/, "").split(".");
  const through: RelationRef[] = [];
  let at = collection;
  let seen = access;
  for (;;) {
    const name = segments.shift()!;
    const field = at.byName.get(name);
    if (field || at.kind === "document") requireVisible(seen, name, "sort");
    if (field?.type === "relation" && segments.length > 0) {
      if (through.length >= MAX_HOPS)
        throw invalid("sort", `a path may pass at most ${MAX_HOPS} relations`, "LIMIT_EXCEEDED");
      const relation = hop(scope, field.to!, field, "sort");
      through.push(relation);
      at = relation.target;
      seen = relation.access;
      continue;
    }
    if (field?.type === "json" || (!field && at.kind === "document")) {
      const path = field ? segments : [name, ...segments];
      if (path.length === 0) throw invalid("sort", `name a path inside ${name}`);
      return { ref: { field: field ?? DOCUMENT_FIELD, path: parseJsonPath(path, "sort") }, through, direction };
    }
    if (!field || segments.length > 0) throw unknownField(at, [name, ...segments].join("."), "sort");
    return { ref: { field }, through, direction };
  }
}

function parseFields(collection: Collection, access: Access, text: string | undefined): string[] | null {
  if (text === undefined || text === "*") return null;
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!collection.byName.has(name) && collection.kind !== "document") throw unknownField(collection, name, "fields");
    requireVisible(access, name, "fields");
  }
  return [...new Set(["id", ...names])];
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

function parseMeta(text: string | undefined): ListQuery["meta"] {
  const names = text === undefined ? [] : text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (name !== "filter_count" && name !== "total_count" && name !== "*") {
      throw invalid("meta", "expected filter_count, total_count or *");
    }
  }
  const has = (name: string): boolean => names.includes(name) || names.includes("*");
  return { filterCount: has("filter_count"), totalCount: has("total_count") };
}

function bindAfter(sortValues: readonly FieldValue[], values: FieldValue[]): (Operand | null)[] {
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
