import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { toast } from "../ui/toast.ts";

/**
 * Says what was done, with a button that takes it back by the log. Several requests are taken back as one. A write gives its
 * request's id to `onRequestId`.
 *
 * @example
 * const offerUndo = useUndo();
 * await items.delete(id, { onRequestId: (request) => offerUndo(t`Deleted`, request) });
 */
export function useUndo(): (message: ReactNode, requests: string | readonly string[]) => void {
  const { slug, client } = useWorkspace();
  const queries = useQueryClient();
  return useCallback(
    (message, requests) => {
      toast.undo(message, async () => {
        await client.changes.undo(requests);
        await queries.invalidateQueries({ queryKey: apiKey(slug, "items") });
      });
    },
    [slug, client, queries],
  );
}
