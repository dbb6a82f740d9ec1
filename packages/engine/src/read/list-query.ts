import {
  and,
  type Collection,
  type Condition,
  type Expansion,
  type FieldValue,
  type Find,
  invalid,
  type Json,
  type Operand,
  PlinthError,
  type SortTerm,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { collectionOf, memoize, roleKey } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { decodeCursor } from "./cursor.ts";
import type { ListInput } from "./list-input.ts";
import { countIn, DEFAULT_LIMIT } from "./page.ts";
import { parseFilter, parseSort } from "./query-parts.ts";
import { parseSelection } from "./selection.ts";
import type { AskedQuery } from "./slow-queries.ts";

/** A parsed list request: a tree shared by requests of the same shape, and this request's values. */
export interface ListQuery {
  readonly tree: Find;
  readonly where: Condition;
  readonly values: readonly FieldValue[];
  readonly limit: number;
  readonly offset: number;
  /** The sort that the cursor belongs to. Null: paging by offset. */
  readonly cursorSort: string | null;
  /** The statement reads in the reverse order, and the page is turned round. */
  readonly backwards: boolean;
  /** Whether the page has a cursor for each item. */
  readonly cursors: boolean;
  readonly expansions: readonly Expansion[];
  /** The field names in `fields`. Null: all fields. */
  readonly names: readonly string[] | null;
  readonly counts: NonNullable<ListInput["counts"]>;
  readonly explain: boolean;
  readonly asked: AskedQuery;
}

/** Parses a list request. Errors name the part of the request that is wrong. */
export function prepareList(ctx: RequestContext, slug: string, input: ListInput): ListQuery {
  const { catalog, principal } = ctx;
  const collection = collectionOf(ctx, slug);
  const policy = requireReadAccess(catalog, principal, collection);
  const values: FieldValue[] = [];
  const filter = parseFilter(ctx, collection, input.filter, values);
  const { backwards = false, cursors = false } = input;
  const sorted = parseSort(ctx, collection, policy, input.sort);
  const sort = backwards ? { ...sorted, terms: sorted.terms.map(reversed) } : sorted;
  const { select, outputs, expansions, names, ...selection } = parseSelection(ctx, collection, policy, input, values);
  const where = and(filter.condition, selection.required);
  const limit = countIn(input.limit, "limit", DEFAULT_LIMIT, 1, ctx.engine.config.maxLimit);
  const offset = countIn(input.offset, "offset", 0, 0, Number.MAX_SAFE_INTEGER);
  const { cursor } = input;
  if (cursor !== undefined && input.offset !== undefined) throw invalid("offset", "cannot be combined with cursor");
  const after = cursor ? bindAfter(ctx, collection, sort, cursor, values) : undefined;
  const slot = (value: number): Operand => ({ slot: values.push(value) - 1 });
  const shape = `${filter.shape}|${sort.text}|${selection.shape}|${after?.map((a) => (a ? "v" : "n")).join("") ?? "first"}|${cursor !== undefined}|${offset > 0}|${backwards}`;
  // One more than requested, to know whether there is more.
  const paging = { limit: slot(limit + 1), ...(offset > 0 && { offset: slot(offset) }) };
  const tree = memoize(
    catalog,
    `tree|${roleKey(principal)}|${collection.slug}|${shape}`,
    (): Find => ({
      collection,
      policy,
      where,
      select,
      ...(outputs.length > 0 && { outputs }),
      sort: sort.terms,
      ...paging,
      ...(after && { after }),
      ...(cursor !== undefined && { withSortValues: true }),
    }),
  );
  return {
    tree,
    where,
    values,
    limit,
    offset,
    cursorSort: cursor === undefined ? null : sort.text,
    backwards,
    cursors,
    expansions,
    names,
    counts: input.counts ?? {},
    explain: input.explain ?? false,
    asked: { filter: input.filter, sort: sort.text },
  };
}

/** Values that are missing are the smallest in both orders, so one is exactly the other's reverse. */
function reversed({ ref, direction }: SortTerm): SortTerm {
  return { ref, direction: direction === "asc" ? "desc" : "asc" };
}

function bindAfter(
  ctx: RequestContext,
  collection: Collection,
  sort: { terms: SortTerm[]; text: string },
  cursor: string,
  values: FieldValue[],
): (Operand | null)[] {
  const sortValues = decodeCursor(cursor, sort.text);
  if (!ctx.source(collection).store.areSortValues(sort.terms, sortValues)) {
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
