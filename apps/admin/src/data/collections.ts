import type { CollectionDefinition, Field } from "@plinth/core";
import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace, type Workspace } from "../api/workspace.ts";

/** A collection as the API describes it. */
export interface CollectionInfo extends CollectionDefinition {
  readonly id: string;
  /** `id`, times, owner and version. */
  readonly system_fields: readonly Field[];
  readonly version: number;
  readonly created_at: string;
}

/** All collections of the workspace. */
export function collectionsQuery({ slug, api }: Pick<Workspace, "slug" | "api">) {
  return queryOptions({
    queryKey: apiKey(slug, "collections"),
    queryFn: ({ signal }) => api.get<readonly CollectionInfo[]>("collections", {}, signal),
  });
}

export function useCollections(): UseQueryResult<readonly CollectionInfo[]> {
  return useQuery(collectionsQuery(useWorkspace()));
}

/** One of them; undefined while they are read, null if there is none of this name. */
export function useCollection(slug: string): CollectionInfo | null | undefined {
  const { data } = useCollections();
  return data && (data.find((collection) => collection.slug === slug) ?? null);
}

/** Declared and system fields, in the order of answers. */
export function fieldsOf({ fields, system_fields }: CollectionInfo): readonly Field[] {
  const [id, ...rest] = system_fields;
  return [...(id ? [id] : []), ...fields, ...rest];
}

/** The field by which people know an item: a text that is unique or called so, else the first text, else the id. */
export function titleField({ fields }: Pick<CollectionDefinition, "fields">): string {
  const texts = fields.filter(({ type }) => TITLE_TYPES.has(type));
  const named = TITLE_NAMES.map((name) => texts.find((field) => field.name === name)).find(Boolean);
  return (named ?? texts.find(({ unique }) => unique) ?? texts[0])?.name ?? "id";
}

const TITLE_TYPES: ReadonlySet<string> = new Set(["text", "email", "slug", "url"]);
const TITLE_NAMES = ["title", "name", "label", "subject", "email"] as const;
