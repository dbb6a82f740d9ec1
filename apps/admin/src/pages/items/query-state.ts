import type { JsonObject } from "@plinth/core";
import { useCallback, useMemo } from "react";
import { z } from "zod";
import { useSearchState } from "../../app/search-state.ts";

const SEARCH = z.object({
  /** A text that the title must contain. */
  q: z.coerce.string().optional(),
  /** As the API takes it. */
  filter: z.record(z.string(), z.unknown()).optional(),
  /** Fields with commas; `-` is descending. */
  sort: z.string().optional(),
  /** The saved view that was chosen last. */
  view: z.string().optional(),
});

export interface ItemQueryState {
  readonly q: string;
  /** What the filter builder made. */
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
  /** Id of the saved view that was chosen last. */
  readonly view: string | undefined;
}

export interface ItemQueryStateAndSetters extends ItemQueryState {
  setQ(q: string): void;
  setFilter(filter: JsonObject | undefined): void;
  setSort(sort: readonly string[]): void;
  /** All at once, as a saved view has it. */
  setAll(state: ItemQueryState): void;
}

/** Which items are shown, in the address: the same for the grid and for every other layout. */
export function useItemQueryState(): ItemQueryStateAndSetters {
  const [{ q = "", filter, sort = "", view }, setSearch] = useSearchState(SEARCH);
  const sorts = useMemo(() => sort.split(",").filter(Boolean), [sort]);
  return {
    q,
    // Objects of the address are plain JSON.
    filter: filter as JsonObject | undefined,
    sort: sorts,
    view,
    setQ: useCallback((next) => setSearch({ q: next }, { replace: true }), [setSearch]),
    setFilter: useCallback((next) => setSearch({ filter: next }), [setSearch]),
    setSort: useCallback((next) => setSearch({ sort: next.join(",") }), [setSearch]),
    setAll: useCallback((next) => setSearch({ ...next, sort: next.sort.join(",") }), [setSearch]),
  };
}

/** The filter and the search as one filter of the API. */
export function wholeFilter(
  { q, filter }: Pick<ItemQueryState, "q" | "filter">,
  title: string,
): JsonObject | undefined {
  const text = q.trim();
  if (text === "") return filter;
  const search: JsonObject =
    title === "id" ? { id: { $literal: text } } : { [title]: { _icontains: { $literal: text } } };
  return filter ? { $and: [filter, search] } : search;
}

/** Ascending, descending, not at all; with `add` besides the other fields. */
export function nextSort(sort: readonly string[], field: string, add: boolean): string[] {
  const at = sort.findIndex((entry) => entry === field || entry === `-${field}`);
  const next = at < 0 ? [field] : sort[at] === field ? [`-${field}`] : [];
  if (!add) return next;
  return at < 0 ? [...sort, ...next] : [...sort.slice(0, at), ...next, ...sort.slice(at + 1)];
}
