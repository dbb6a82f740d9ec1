import { useMatches } from "@tanstack/react-router";
import { useMemo } from "react";
import type { AdminView } from "./may-open.ts";

/** The page of the address, and which of its views. */
export function useCurrentView(): AdminView | undefined {
  const { page, view } = useMatches().findLast(({ staticData }) => staticData.page)?.staticData ?? {};
  return useMemo(() => page && { page, view: view ?? "" }, [page, view]);
}
