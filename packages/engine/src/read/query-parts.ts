import {
  ALWAYS,
  type Collection,
  excerpt,
  type FieldValue,
  FilterParser,
  fieldPolicyOf,
  fieldType,
  invalid,
  isJson,
  isRelational,
  type Json,
  type ParsedFilter,
  parseReference,
  parseSortText,
  type ReadPolicy,
  requireVisible,
  type SortInput,
  type SortTerm,
  sortText,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { visibleRelation } from "../access/visible-relation.ts";
import type { RequestContext } from "../kernel/engine.ts";

/** The parts of a read that every level has: the selected fields, the filter and the order. */

const MAX_SORT_TERMS = 10;

/** How to resolve names for this caller: what the caller may not read, the caller may not filter by either. */
export function referenceContext(ctx: RequestContext) {
  const { catalog, principal } = ctx;
  return {
    relation: (_from: Collection, field: Parameters<typeof visibleRelation>[1], path: string) =>
      visibleRelation(ctx, field, path),
    visible: (collection: Collection, field: string, path: string) =>
      requireVisible(requireReadAccess(catalog, principal, collection), field, path),
    known: (collection: Collection) => visibleNames(collection, requireReadAccess(catalog, principal, collection)),
  };
}

/** The fields that the caller may see. */
export function visibleNames(collection: Collection, policy: ReadPolicy): string[] {
  return [...collection.byName.keys()].filter((name) => fieldPolicyOf(policy, name) !== undefined);
}

/** The visible fields that the item itself stores. */
export function storedNames(collection: Collection, policy: ReadPolicy): string[] {
  return [...collection.stored.keys()].filter((name) => fieldPolicyOf(policy, name) !== undefined);
}

/** The filter, under the caller's own read rules. Its values are added to `values`. */
export function parseFilter(
  ctx: RequestContext,
  collection: Collection,
  filter: Json | undefined,
  values: FieldValue[],
  path = "filter",
): ParsedFilter {
  if (filter === undefined) return { condition: ALWAYS, shape: "" };
  return filterParser(ctx, values).parse(collection, filter, path);
}

export function filterParser(ctx: RequestContext, values: FieldValue[]): FilterParser {
  return new FilterParser({ mode: "slots", ...referenceContext(ctx) }, values);
}

/** The order, made total by the id. `text` is the requested sort. */
export function parseSort(
  ctx: RequestContext,
  collection: Collection,
  policy: ReadPolicy,
  sort: readonly SortInput[] | undefined,
  path = "sort",
): { terms: SortTerm[]; text: string } {
  const parts = sort ?? default_sort(collection, policy);
  if (parts.length > MAX_SORT_TERMS)
    throw invalid(path, `at most ${MAX_SORT_TERMS} terms are allowed`, "LIMIT_EXCEEDED");
  const context = referenceContext(ctx);
  const terms = parts.map(({ path: name, direction }): SortTerm => {
    requireNoDirection(collection, policy, name, path);
    const ref = parseReference(collection, name, path, context);
    if (!ref.path && !fieldType(ref.field).sorted) throw invalid(path, `name a path inside ${ref.field.name}`);
    return { ref, direction };
  });
  if (!terms.some(({ ref }) => ref.field.name === "id" && !ref.through)) {
    terms.push({ ref: { field: collection.byName.get("id")! }, direction: terms.at(-1)!.direction });
  }
  return { terms, text: sortText(parts) };
}

/** `title.desc`, `title desc` and `title:desc` are other products' forms. */
function requireNoDirection(collection: Collection, policy: ReadPolicy, name: string, path: string): void {
  const end = /[.: ](asc|desc)$/i.exec(name);
  if (!end) return;
  const head = name.slice(0, end.index).trim();
  const field = collection.byName.get(head);
  // Inside JSON it may be a key.
  if (name[end.index] === "." && (!field || isJson(field) || isRelational(field))) return;
  if (field) requireVisible(policy, head, path);
  const right = end[1]!.toLowerCase() === "desc" ? `-${head}` : head;
  throw invalid(path, `write ${excerpt(right)} instead of ${excerpt(name)}`, "UNKNOWN_FIELD");
}

/** The collection's own order, as far as the caller may see its fields. */
function default_sort(collection: Collection, policy: ReadPolicy): SortInput[] {
  const wanted = parseSortText(collection.default_sort ?? (collection.columns.created_at ? "-created_at" : "id"));
  const visible = wanted.every(({ path }) => fieldPolicyOf(policy, path.split(".")[0]!) !== undefined);
  return visible ? wanted : parseSortText("-id");
}
