import { useLocation, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { PagedList } from "../../api/hooks.ts";
import { type ItemQueryState, type ItemQueryStateAndSetters, saysNothing } from "./query-state.ts";
import type { KeptColumns } from "./use-columns.ts";
import { ALL_ITEMS, defaultView, type SavedView } from "./use-views.ts";
import { columnsOf, queryOf, widthsOf } from "./view-state.ts";

/**
 * Entries of the browser's history that said nothing when they were opened, and opened with nothing more: Back leads to what
 * they showed, whatever the collection opens with by now.
 */
const openedEntries = new Set<string>();

/**
 * An address that says nothing opens with the default view of the collection, or else with the columns that this browser
 * remembers; one that names a view alone, as the admin's first page does, with that view. One that names a view and no columns
 * gets those of the view. `false`: it is not known yet, or not yet in the address.
 */
export function useStartView(
  slug: string,
  query: ItemQueryStateAndSetters,
  kept: KeptColumns,
  { rows: views, isPending }: PagedList<SavedView>,
): boolean {
  const search = useSearch({ strict: false }) as Search;
  const entry = useShownEntry(slug, search);
  const [isOpen, setOpen] = useState(false);
  const wasReady = useRef(false);
  const { view: named, cols } = search;
  const isSilent = saysNothing(search);
  const isBare = isSilent && named === undefined && !openedEntries.has(entry ?? "");
  const isWhole = isBare || (isSilent && !isOpen);
  const isAsked = isBare || (named !== undefined && named !== ALL_ITEMS && (isWhole || cols === undefined));
  const view = !isAsked ? undefined : isBare ? defaultView(views) : views.find(({ id }) => id === named);
  const start = view ? partOf(view, isWhole) : isBare && !isPending ? partOfKept(kept) : undefined;
  const isReady = entry === undefined ? wasReady.current : !(isAsked && isPending) && start === undefined;
  useEffect(() => {
    wasReady.current = isReady;
    if (entry === undefined) return;
    if (!isOpen && (isReady || start)) setOpen(true);
    if (isReady) openedEntries.add(entry);
    if (!start) return;
    if ("view" in start) query.setAll(start, { replace: true });
    else query.change(start, { replace: true });
    if (view) kept.keep({ widths: widthsOf(view) });
  });
  return isReady;
}

type Search = Readonly<Record<string, unknown>>;

/** The entry of the browser's history that the page shows; undefined while another one is on its way. */
function useShownEntry(slug: string, shown: Search): string | undefined {
  return useLocation({
    select: ({ pathname, search, state }) => {
      const { view, cols }: Search = search;
      const isShown = saysNothing(search) === saysNothing(shown) && view === shown.view && cols === shown.cols;
      return isShown && pathname.endsWith(`/${slug}/items`) ? (state.__TSR_key ?? "first") : undefined;
    },
  });
}

/** Of the address: all, or its columns alone. */
type StartPart = ItemQueryState | { readonly cols: string };

function partOf(view: SavedView, isWhole: boolean): StartPart | undefined {
  if (isWhole) return queryOf(view);
  const cols = columnsOf(view);
  return cols === undefined ? undefined : { cols };
}

const partOfKept = ({ cols }: KeptColumns): StartPart | undefined => (cols === undefined ? undefined : { cols });
