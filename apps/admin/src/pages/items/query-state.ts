import { isObject, type Json, type JsonObject } from "@plinth/core";
import { useCallback, useMemo } from "react";
import { asChoice, asText, asWords, searchParts, useSearchState } from "../../app/search-state.ts";
import { both } from "./conditions.ts";
import { LAYOUTS, type LayoutState, SPANS } from "./layout-state.ts";

const SEARCH = searchParts({
  /** A text that the title must contain. */
  q: asWords,
  /** As the API takes it; objects of the address are plain JSON. */
  filter: (value) => (isObject(value as Json) ? (value as JsonObject) : undefined),
  /** Fields with commas; `-` is descending. */
  sort: asText,
  /** The saved view that was chosen last; `all` says that none is meant, although there is a default one. */
  view: asText,
  layout: asChoice(LAYOUTS),
  /** The field of the columns, the picture, the days or the groups. */
  by: asText,
  span: asChoice(SPANS),
  /** A day of the month or week that the calendar shows. */
  day: asText,
  /** What groups tell, with commas. */
  sums: asText,
  /** The columns, as `columnsText` writes them. */
  cols: asText,
});

/** Parts that say which items are shown, or how. */
const PARTS = ["q", "filter", "sort", "layout", "by", "span", "sums", "cols"] as const;

/** Whether an address leaves open which items it shows, and how: then a default view may say so. */
export const saysNothing = (search: Readonly<Record<string, unknown>>): boolean =>
  PARTS.every((part) => (search[part] ?? "") === "");

/** Parts that stay as they are when absent; `undefined` takes one away. */
export interface QueryChange extends Partial<LayoutState> {
  readonly q?: string;
  readonly filter?: JsonObject | undefined;
  readonly day?: string | undefined;
  readonly cols?: string | undefined;
}

/** `replace`: without a step for the browser's Back. */
interface HistoryStep {
  readonly replace?: boolean;
}

export interface ItemQueryState extends LayoutState {
  readonly q: string;
  /** What the filter builder made. */
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
  /** Id of the saved view that was chosen last, or `all`. */
  readonly view: string | undefined;
  /** The columns, as `columnsText` writes them; undefined: the usual ones. */
  readonly cols: string | undefined;
}

export interface ItemQueryStateAndSetters extends ItemQueryState {
  setFilter(filter: JsonObject | undefined): void;
  setSort(sort: readonly string[]): void;
  /** A day of what the calendar shows; undefined: today. */
  readonly day: string | undefined;
  /** Some parts at once. */
  change(parts: QueryChange, how?: HistoryStep): void;
  /** All at once, as a saved view has it. */
  setAll(state: ItemQueryState, how?: HistoryStep): void;
}

/**
 * Which items are shown and how, in the address: the same for every layout.
 *
 * @param nothing the `view` of an address in which a change leaves nothing else, where such an address would open with more.
 */
export function useItemQueryState(nothing?: string): ItemQueryStateAndSetters {
  const [found, setSearch] = useSearchState(SEARCH);
  const { q = "", filter, sort = "", view, layout = "table", by, span = "month", day, sums = "", cols } = found;
  const put = useCallback(
    (parts: Partial<typeof found>, how?: HistoryStep) => {
      const next = { ...found, ...parts };
      setSearch(next.view === undefined && saysNothing(next) ? { ...parts, view: nothing } : parts, how);
    },
    [found, setSearch, nothing],
  );
  return {
    q,
    filter,
    sort: useMemo(() => sort.split(",").filter(Boolean), [sort]),
    view,
    layout,
    by,
    span,
    day,
    sums: useMemo(() => sums.split(",").filter(Boolean), [sums]),
    cols,
    setFilter: useCallback((next) => put({ filter: next }), [put]),
    setSort: useCallback((next) => put({ sort: next.join(",") }), [put]),
    change: useCallback((parts, how) => put(inAddress(parts), how), [put]),
    setAll: useCallback(
      ({ sort: next, ...rest }, how) => setSearch({ ...inAddress(rest), sort: next.join(",") }, how),
      [setSearch],
    ),
  };
}

/** What is usual does not stand in the address. */
function inAddress<Parts extends QueryChange>(parts: Parts): Omit<Parts, "sums"> & { sums?: string } {
  const { sums, ...rest } = parts;
  return {
    ...rest,
    ...(sums && { sums: sums.join(",") }),
    ...("layout" in parts && { layout: parts.layout === "table" ? undefined : parts.layout }),
    ...("span" in parts && { span: parts.span === "month" ? undefined : parts.span }),
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
  return both(filter, search);
}

/** Ascending, descending, not at all; with `add` besides the other fields. */
export function nextSort(sort: readonly string[], field: string, add: boolean): string[] {
  const at = sort.findIndex((entry) => entry === field || entry === `-${field}`);
  const next = at < 0 ? [field] : sort[at] === field ? [`-${field}`] : [];
  if (!add) return next;
  return at < 0 ? [...sort, ...next] : [...sort.slice(0, at), ...next, ...sort.slice(at + 1)];
}
