import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { CollectionInfo } from "../../data/collections.ts";
import type { ItemQueryStateAndSetters } from "./query-state.ts";
import type { Columns } from "./use-columns.ts";
import { defaultView, useViews } from "./use-views.ts";
import { columnsOf, queryOf } from "./view-state.ts";

/** Parts of the address that say which items are shown, or how. */
const PARTS = ["q", "filter", "sort", "layout", "by", "span", "sums"] as const;

/**
 * An address that says nothing opens with the default view of the collection, and one that names a view alone, as the
 * admin's first page does, with that view. `false`: it is not known yet, or not yet in the address.
 */
export function useStartView(
  { slug }: CollectionInfo,
  query: ItemQueryStateAndSetters,
  { setAll: setColumns }: Columns,
): boolean {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const { rows: views, isPending } = useViews(slug);
  const [isOpen, setOpen] = useState(false);
  const saysNothing = PARTS.every((part) => search[part] === undefined);
  const named = query.view;
  const isAsked = saysNothing && (named === undefined || !isOpen);
  const start = !isAsked ? undefined : named === undefined ? defaultView(views) : views.find(({ id }) => id === named);
  const isReady = !(isAsked && isPending) && start === undefined;
  useEffect(() => {
    if (!isOpen && (isReady || start)) setOpen(true);
    if (!start) return;
    query.setAll(queryOf(start), { replace: true });
    setColumns(columnsOf(start));
  });
  return isReady;
}
