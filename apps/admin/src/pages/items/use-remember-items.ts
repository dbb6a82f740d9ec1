import { useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { rememberItems } from "../../app/last-items.ts";
import { ALL_ITEMS } from "./use-views.ts";

/** Parts of the address that say how items are shown, not which. */
const LOOKS = ["view", "layout", "by", "span", "sums", "sort", "cols"] as const;

/** Lets `/admin` open with this list next time. A saved view is kept by its id alone, as it can change. */
export function useRememberItems(collection: string): void {
  const { slug: workspace } = useWorkspace();
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const { view } = search;
  const kept = view !== undefined && view !== ALL_ITEMS ? (["view"] as const) : LOOKS;
  const text = JSON.stringify(Object.fromEntries(kept.map((part) => [part, search[part]])));
  useEffect(() => rememberItems({ workspace, collection, search: JSON.parse(text) }), [workspace, collection, text]);
}
