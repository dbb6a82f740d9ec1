import { columnsText } from "./columns-text.ts";
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
  const cols = view && columnsOf(view);
  return { q: search, filter, sort: [sort].flat(), view: view?.id ?? all, cols, ...layout };
}

/** Its columns, as an address keeps them; what a view holds wrongly counts as absent. */
export function columnsOf({ columns, options }: ViewState): string | undefined {
  const pinned = Array.isArray(options.pinned) ? options.pinned.filter((name) => typeof name === "string") : [];
  const text = columnsText({ shown: columns.map(({ field }) => field), pinned });
  return text === "" ? undefined : text;
}

export const widthsOf = ({ columns }: ViewState): Record<string, number> =>
  Object.fromEntries(columns.flatMap(({ field, width }) => (width === undefined ? [] : [[field, width]])));
