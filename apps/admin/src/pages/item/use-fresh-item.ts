import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import type { Item } from "../../data/item.ts";

/** Reads the item again when somebody changes it. */
export function useFreshItem(collection: string, { id }: Pick<Item, "id">): void {
  const { slug, client } = useWorkspace();
  const queries = useQueryClient();
  useEffect(() => {
    const subscription = client.from(collection).subscribe(
      {
        filter: { id } as never,
        // Without a stream the form works as before: what is saved is checked by its version.
        onError: () => undefined,
      },
      () => void queries.invalidateQueries({ queryKey: apiKey(slug, `items/${collection}/${id}`) }),
    );
    subscription.ready.catch(() => undefined);
    return () => subscription.close();
  }, [client, collection, id, slug, queries]);
}
