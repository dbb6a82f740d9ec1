import type { CollectionInfo } from "../../data/collections.ts";
import { type ItemQueryStateAndSetters, useItemQueryState } from "./query-state.ts";
import { type Columns, useColumns, useKeptColumns } from "./use-columns.ts";
import { useStartView } from "./use-start-view.ts";
import { ALL_ITEMS, defaultView, type SavedView, useViews } from "./use-views.ts";
import { queryOf, widthsOf } from "./view-state.ts";

export interface ItemsState {
  readonly query: ItemQueryStateAndSetters;
  readonly columns: Columns;
  /** False: what is to be shown is not known yet. */
  readonly isReady: boolean;
  /** Shows what a view keeps; without one, all items, with the columns that were chosen last. */
  chooseView(view: SavedView | undefined, all?: string): void;
}

/** Which items are shown, and how: what the address says, and where it says nothing, what a view or this browser does. */
export function useItemsState(collection: CollectionInfo): ItemsState {
  const views = useViews(collection.slug);
  const kept = useKeptColumns(collection);
  const opensWithMore = defaultView(views.rows) !== undefined || kept.cols !== undefined;
  const query = useItemQueryState(opensWithMore ? ALL_ITEMS : undefined);
  const columns = useColumns(collection, query, kept);
  return {
    query,
    columns,
    isReady: useStartView(collection.slug, query, kept, views),
    chooseView(view, all) {
      query.setAll(view ? queryOf(view) : { ...queryOf(undefined, all), cols: kept.cols });
      if (view) kept.keep({ widths: widthsOf(view) });
    },
  };
}
