import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace, type Workspace } from "../api/workspace.ts";
import { type CollectionInfo, visibleCollection } from "./collection-info.ts";

export { type CollectionInfo, fieldsOf, listedCollections, titleField } from "./collection-info.ts";

/** All collections of the workspace. */
export function collectionsQuery({ slug, api }: Pick<Workspace, "slug" | "api">) {
  return queryOptions({
    queryKey: apiKey(slug, "collections"),
    queryFn: ({ signal }) => api.get<readonly CollectionInfo[]>("collections", {}, signal),
  });
}

interface ReadableFields {
  readonly collections: readonly {
    readonly slug: string;
    readonly actions: { readonly read: { readonly state: string; readonly fields: readonly string[] | null } };
  }[];
}

/** What somebody may read of each collection, by the rules. */
function readableQuery({ slug, api }: Pick<Workspace, "slug" | "api">, principal: string) {
  return queryOptions({
    queryKey: apiKey(slug, "exposure", { as: principal }),
    queryFn: ({ signal }) => api.get<ReadableFields>("exposure", { as: principal }, signal),
    // Without an answer all fields are offered, and the server refuses those that are hidden.
    retry: false,
  });
}

/**
 * `every`: milliseconds after which they are read again. Where the operator views as somebody else, fields that those may not read
 * are left out: nothing offers them, neither a column, a filter, a layout nor a form.
 */
export function useCollections({ every }: { readonly every?: number } = {}): UseQueryResult<readonly CollectionInfo[]> {
  const workspace = useWorkspace();
  const { viewing } = workspace;
  const all = useQuery({
    ...collectionsQuery(workspace),
    ...(every !== undefined && { refetchInterval: every }),
  });
  const readable = useQuery({ ...readableQuery(workspace, viewing ?? ""), enabled: viewing !== undefined });
  const { data } = all;
  const isKnown = readable.data !== undefined || readable.isError;
  const seen = useMemo(
    () => (isKnown ? data && visible(data, readable.data) : undefined),
    [data, readable.data, isKnown],
  );
  return viewing === undefined ? all : ({ ...all, data: seen } as UseQueryResult<readonly CollectionInfo[]>);
}

function visible(all: readonly CollectionInfo[], readable: ReadableFields | undefined): readonly CollectionInfo[] {
  const reads = new Map(readable?.collections.map(({ slug, actions }) => [slug, actions.read]));
  return all.map((collection) => {
    const read = reads.get(collection.slug);
    // Where nothing can be read, the answer of the server says so.
    return visibleCollection(collection, read === undefined || read.state === "closed" ? null : read.fields);
  });
}

/** One of them; undefined while they are read, null if there is none of this name. */
export function useCollection(slug: string): CollectionInfo | null | undefined {
  const { data } = useCollections();
  return data && (data.find((collection) => collection.slug === slug) ?? null);
}
