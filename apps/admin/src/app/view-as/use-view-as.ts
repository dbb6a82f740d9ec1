import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { useCollections } from "../../data/collections.ts";
import { useCurrentView } from "../current-view.ts";
import { useGo } from "../links.ts";
import { readableCollection } from "./readable-collection.ts";

/** Reads items as somebody: on this page, or where it shows none, in the first collection that they may read. */
export function useViewAs(): (principal: string) => void {
  const page = useCurrentView()?.page;
  const setViewing = useSetViewing();
  const go = useGo();
  const { slug } = useWorkspace();
  const { data: collections = [] } = useCollections();
  return (principal) => {
    if (page?.readsAs) return setViewing(principal);
    void readableCollection(slug, principal, collections).then((found) =>
      go(found === undefined ? "reference" : `collections/${found}/items`, { as: principal }),
    );
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
