import {
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { Api, Listed, Query } from "./api.ts";
import { useWorkspace } from "./workspace.ts";

interface ReadOptions {
  readonly enabled?: boolean;
  /** Milliseconds between two reads, for what has no stream. */
  readonly every?: number;
}

/** A route's answer, below the workspace and its path: what changes there marks all of it as old. */
export function apiKey(slug: string, path: string, query?: Query): QueryKey {
  return ["api", slug, ...path.split("/"), ...(query ? [query] : [])];
}

/** What `GET /api/PATH` answers in the page's workspace. */
export function useApiGet<T>(path: string, query?: Query, options: ReadOptions = {}): UseQueryResult<T> {
  const { slug, api } = useWorkspace();
  return useQuery({
    queryKey: apiKey(slug, path, query),
    queryFn: ({ signal }) => api.get<T>(path, query, signal),
    enabled: options.enabled ?? true,
    ...(options.every !== undefined && { refetchInterval: options.every }),
  });
}

export interface PagedList<T> {
  readonly rows: readonly T[];
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  loadMore(): void;
  refetch(): void;
}

const PAGE_SIZE = 50;

interface ListOptions extends ReadOptions {
  /** What is asked anew each time that the list is read from its begin, such as the last hour. All of its pages ask for the same. */
  readonly moving?: { readonly name: string; readonly query: () => Query };
}

interface PageAt {
  readonly cursor: string;
  readonly moved: Query | undefined;
}

/** A list of the API, read page by page. */
export function useApiList<T>(path: string, query: Query = {}, options: ListOptions = {}): PagedList<T> {
  const { slug, api } = useWorkspace();
  const { moving } = options;
  const { data, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: apiKey(slug, path, { ...query, paged: true, ...(moving && { moving: moving.name }) }),
    queryFn: async ({ pageParam, signal }) => {
      const moved = pageParam ? pageParam.moved : moving?.query();
      const at = pageParam && { cursor: pageParam.cursor };
      return { ...(await api.list<T>(path, { limit: PAGE_SIZE, ...query, ...moved, ...at }, signal)), moved };
    },
    initialPageParam: null as PageAt | null,
    getNextPageParam: ({ has_more, next_cursor, moved }: Listed<T> & Pick<PageAt, "moved">): PageAt | null =>
      has_more && next_cursor !== null ? { cursor: next_cursor, moved } : null,
    enabled: options.enabled ?? true,
    ...(options.every !== undefined && { refetchInterval: options.every }),
  });
  // Tables take the identity of their rows as the sign that nothing has changed.
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  return {
    rows,
    isPending,
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    refetch: () => void refetch(),
  };
}

/** Entries of one request, where all of them may be needed. */
const LARGE_PAGE = 200;

/** A list whose pages are read one after the other until there is enough: for an entry that has no route of its own. */
export function useApiListUntil<T>(
  path: string,
  query: Query,
  isEnough: (rows: readonly T[]) => boolean,
  options: ReadOptions = {},
): PagedList<T> {
  const list = useApiList<T>(path, { limit: LARGE_PAGE, ...query }, options);
  const { rows, hasMore, isLoadingMore, error, loadMore } = list;
  const isShort = hasMore && error === null && !isEnough(rows);
  useEffect(() => {
    if (isShort && !isLoadingMore) loadMore();
  });
  return { ...list, isPending: list.isPending || isShort };
}

interface Change<V, T> {
  readonly run: (api: Api, values: V) => Promise<T>;
  /** Paths whose answers it makes old, with all below them: `keys` for `keys` and `keys/…`. */
  readonly changes: readonly string[];
  readonly onDone?: (result: T, values: V) => void;
}

/** A write by the API. What it changes is read again before it counts as done; nothing is shown as changed before the server says so. */
export function useApiMutation<V = void, T = unknown>({
  run,
  changes,
  onDone,
}: Change<V, T>): UseMutationResult<T, Error, V> {
  const { slug, api } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (values: V) => run(api, values),
    onSuccess: (result, values) => {
      onDone?.(result, values);
      return Promise.all(changes.map((path) => queries.invalidateQueries({ queryKey: apiKey(slug, path) })));
    },
  });
}
