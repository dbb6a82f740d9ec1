import type { JsonObject } from "@plinth/core";
import { type PagedList, useApiList } from "../../api/hooks.ts";
import type { LayoutParts } from "./layout-state.ts";

/** What a view keeps of how items are shown. */
export interface ViewState extends Pick<LayoutParts, "layout" | "options"> {
  readonly query: {
    readonly filter?: JsonObject;
    readonly sort?: readonly string[];
    readonly search?: string;
    readonly group_by?: readonly string[];
  };
  readonly columns: readonly { readonly field: string; readonly width?: number }[];
}

export interface SavedView extends ViewState {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly own: boolean;
  /** The collection opens with it; one's own goes before the shared one. */
  readonly is_default: boolean;
}

/** In place of a view's id in the address: all items, although there is a default view. */
export const ALL_ITEMS = "all";

/** As many as a collection can have shared views and a person's own. */
const MOST_VIEWS = 200;

/** The views of a collection that the operator sees. */
export const useViews = (collection: string): PagedList<SavedView> =>
  useApiList<SavedView>("views", { collection, limit: MOST_VIEWS });

/** The view with which the collection opens. */
export function defaultView(views: readonly SavedView[]): SavedView | undefined {
  const defaults = views.filter((view) => view.is_default);
  return defaults.find(({ own }) => own) ?? defaults[0];
}
