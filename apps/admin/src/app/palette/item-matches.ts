import { isUuid } from "@plinth/core";
import { useQueries } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { type CollectionInfo, titleField } from "../../data/collections.ts";

export interface ItemMatch {
  readonly collection: string;
  readonly id: string;
  readonly title: string;
}

/** Collections that are asked at once; the next ones follow when these have answered. */
const AT_ONCE = 12;
const MOST_ITEMS = 4;
const LEAST_LETTERS = 2;

interface ItemMatches {
  readonly items: readonly ItemMatch[];
  /** Not all collections have answered yet. */
  readonly isSearching: boolean;
}

/** Items whose title begins with the text, or whose id it is. */
export function useItemMatches(text: string, collections: readonly CollectionInfo[]): ItemMatches {
  const { slug, client } = useWorkspace();
  const wanted = useDeferredValue(text.trim());
  const named = useMemo(() => collections.filter(hasTitle), [collections]);
  const isAsked = wanted.length >= LEAST_LETTERS;
  const [round, setRound] = useState({ wanted, count: AT_ONCE });
  // Another word begins anew.
  const count = round.wanted === wanted ? round.count : AT_ONCE;
  const asked = !isAsked ? [] : (isUuid(wanted) ? collections : named).slice(0, count);
  const { items, isPending } = useQueries({
    queries: asked.map((collection) => ({
      queryKey: apiKey(slug, `items/${collection.slug}`, { title: wanted }),
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<readonly ItemMatch[]> => {
        const title = titleField(collection);
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
    combine,
  });
  const hasMore = isAsked && count < collections.length;
  useEffect(() => {
    if (hasMore && !isPending) setRound({ wanted, count: count + AT_ONCE });
  }, [hasMore, isPending, wanted, count]);
  return { items, isSearching: isAsked && (isPending || hasMore) };
}

const hasTitle = (collection: CollectionInfo): boolean => titleField(collection) !== "id";

function combine(results: readonly { readonly data?: readonly ItemMatch[]; readonly isPending: boolean }[]) {
  return { items: results.flatMap(({ data }) => data ?? []), isPending: results.some((one) => one.isPending) };
}
