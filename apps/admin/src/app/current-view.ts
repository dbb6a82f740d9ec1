import { useMatches } from "@tanstack/react-router";
import type { AdminPage } from "./page.ts";

/** The page of the address. */
export function useCurrentPage(): AdminPage | undefined {
  return useMatches().findLast(({ staticData }) => staticData.page)?.staticData.page;
}
