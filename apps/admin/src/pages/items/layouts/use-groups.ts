import type { JsonObject } from "@plinth/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { apiKey } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { type Group, type Grouping, groupBody, groupOf, type Sum } from "./groups.ts";

/** Groups of one request. */
export const GROUPS_AT_ONCE = 100;

export interface Groups {
  /** `undefined` while they are read. */
  readonly groups: readonly Group[] | undefined;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  loadMore(): void;
  /** Counts again. */
  refresh(): void;
}

interface GroupsQuery {
  readonly grouping: Grouping;
  readonly filter: JsonObject | undefined;
  readonly sums: readonly Sum[];
}

/** How many items each value of a field has, by the aggregate of the API. */
export function useGroups(slug: string, { grouping, filter, sums }: GroupsQuery): Groups {
  const { slug: workspace, client } = useWorkspace();
  const queries = useQueryClient();
  const asked = {
    grouping,
    filter,
    sums,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    limit: GROUPS_AT_ONCE,
  };
  const key = [...apiKey(workspace, `items/${slug}`), "groups", groupBody({ ...asked, offset: 0 })];
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam: offset, signal }) => {
      const rows = await client.from(slug).aggregate(groupBody({ ...asked, offset }) as never, { signal });
      return (rows as readonly JsonObject[]).map((row) => groupOf(row, sums.length));
    },
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length < GROUPS_AT_ONCE ? null : pages.length * GROUPS_AT_ONCE),
    retry: false,
  });
  const text = JSON.stringify(key);
  return {
    groups: useMemo(() => data?.pages.flat(), [data]),
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    refresh: useCallback(
      () => void queries.invalidateQueries({ queryKey: JSON.parse(text) as unknown[] }),
      [queries, text],
    ),
  };
}
