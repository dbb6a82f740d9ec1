import { isUuid } from "@plinth/core";
import { useQueries } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { type CollectionInfo, titleField } from "../../data/collections.ts";

export interface ItemMatch {
  readonly collection: string;
  readonly id: string;
  readonly title: string;
}

/** More would be many requests for one word. */
const MOST_COLLECTIONS = 12;
const MOST_ITEMS = 4;
const LEAST_LETTERS = 2;

/** Items whose title begins with the text, or whose id it is. */
export function useItemMatches(text: string, collections: readonly CollectionInfo[]): readonly ItemMatch[] {
  const { slug, client } = useWorkspace();
  const wanted = useDeferredValue(text.trim());
  const asked = wanted.length < LEAST_LETTERS ? [] : collections.slice(0, MOST_COLLECTIONS);
  return useQueries({
    queries: asked.map((collection) => ({
      queryKey: apiKey(slug, `items/${collection.slug}`, { title: wanted }),
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<readonly ItemMatch[]> => {
        const title = titleField(collection);
        if (!isUuid(wanted) && title === "id") return [];
        const filter = isUuid(wanted) ? { id: wanted } : { [title]: { _istarts_with: { $literal: wanted } } };
        const { data } = await client
          .from(collection.slug)
          .list({ filter, limit: MOST_ITEMS, fields: [...new Set(["id", title])] } as never, { signal });
        return (data as readonly Record<string, unknown>[]).map((item) => ({
          collection: collection.slug,
          id: String(item.id),
          title: String(item[title] ?? item.id),
        }));
      },
      staleTime: 30_000,
    })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
}
