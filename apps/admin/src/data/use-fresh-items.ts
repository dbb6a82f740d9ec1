import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";

/** Reads a collection's items again when somebody changes one; with `id`, only this item. */
export function useFreshItems(collection: string, id?: string): void {
  const { slug, client } = useWorkspace();
  const queries = useQueryClient();
  useEffect(() => {
    const path = id === undefined ? `items/${collection}` : `items/${collection}/${id}`;
    const subscription = client.from(collection).subscribe(
      {
        ...(id !== undefined && { filter: { id } as never }),
        // Without a stream the page works as before: what is saved is checked by its version.
        onError: () => undefined,
      },
      () => void queries.invalidateQueries({ queryKey: apiKey(slug, path) }),
    );
    subscription.ready.catch(() => undefined);
    return () => subscription.close();
  }, [client, collection, id, slug, queries]);
}
