import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace, type Workspace } from "../api/workspace.ts";
import type { CollectionInfo } from "./collection-info.ts";

export { type CollectionInfo, fieldsOf, listedCollections, titleField } from "./collection-info.ts";

/** All collections of the workspace. */
export function collectionsQuery({ slug, api }: Pick<Workspace, "slug" | "api">) {
  return queryOptions({
    queryKey: apiKey(slug, "collections"),
    queryFn: ({ signal }) => api.get<readonly CollectionInfo[]>("collections", {}, signal),
  });
}

/** `every`: milliseconds after which they are read again. */
export function useCollections({ every }: { readonly every?: number } = {}): UseQueryResult<readonly CollectionInfo[]> {
  return useQuery({
    ...collectionsQuery(useWorkspace()),
    ...(every !== undefined && { refetchInterval: every }),
  });
}

/** One of them; undefined while they are read, null if there is none of this name. */
export function useCollection(slug: string): CollectionInfo | null | undefined {
  const { data } = useCollections();
  return data && (data.find((collection) => collection.slug === slug) ?? null);
}
