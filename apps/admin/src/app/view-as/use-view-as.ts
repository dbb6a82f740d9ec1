import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { useCollections } from "../../data/collections.ts";
import { useCurrentPage } from "../current-page.ts";
import { useGo } from "../links.ts";

/** Reads items as somebody: on this page, or where it shows none, among the items of the first collection. */
export function useViewAs(): (principal: string) => void {
  const page = useCurrentPage();
  const setViewing = useSetViewing();
  const go = useGo();
  const { data: collections } = useCollections();
  return (principal) => {
    if (page?.readsAs) return setViewing(principal);
    const first = collections?.find(({ system }) => !system);
    go(first ? `collections/${first.slug}/items` : "reference", { as: principal });
  };
}

/** On the same page; undefined: as oneself again. */
export function useSetViewing(): (principal: string | undefined) => void {
  const navigate = useNavigate();
  return useCallback(
    (principal) => {
      const to = { to: ".", search: (old: object) => ({ ...old, as: principal }), resetScroll: false };
      void navigate(to as Parameters<typeof navigate>[0]);
    },
    [navigate],
  );
}
