import { layoutOf, layoutParts } from "./layout-state.ts";
import type { ItemQueryState } from "./query-state.ts";
import type { Columns } from "./use-columns.ts";
import type { SavedView, ViewState } from "./use-views.ts";

/** How the items are shown now, as a saved view keeps it. */
export function viewState(
  state: ItemQueryState,
  { shown, widths, pinned }: Pick<Columns, "shown" | "widths" | "pinned">,
): ViewState {
  const { q, filter, sort } = state;
  const { group_by, layout, options } = layoutParts(state);
  const query = {
    ...(filter && { filter }),
    ...(sort.length > 0 && { sort }),
    ...(q !== "" && { search: q }),
    ...(group_by && { group_by }),
  };
  const columns = shown.map(({ name }) => ({
    field: name,
    ...(widths[name] !== undefined && { width: widths[name] }),
  }));
  const isPinned = layout === "table" && pinned.length > 0;
  return { query, columns, layout, options: { ...options, ...(isPinned && { pinned: [...pinned] }) } };
}

/** What a view shows; without one, all items, for which the address names `all`. */
export function queryOf(view: SavedView | undefined, all?: string): ItemQueryState {
  const { filter, sort = [], search = "", group_by } = view?.query ?? {};
  const layout = layoutOf({
    ...(view && { layout: view.layout, options: view.options }),
    ...(group_by && { group_by }),
  });
  return { q: search, filter, sort: [sort].flat(), view: view?.id ?? all, ...layout };
}

/** Its columns; what a view holds wrongly counts as absent. */
export function columnsOf(view: ViewState): Parameters<Columns["setAll"]>[0] {
  const { pinned } = view.options;
  return {
    shown: view.columns.map(({ field }) => field),
    widths: widthsOf(view),
    pinned: Array.isArray(pinned) ? pinned.filter((name) => typeof name === "string") : [],
  };
}

const widthsOf = ({ columns }: ViewState): Record<string, number> =>
  Object.fromEntries(columns.flatMap(({ field, width }) => (width === undefined ? [] : [[field, width]])));
