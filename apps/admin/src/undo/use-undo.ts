import { useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo, useRef } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { useGo } from "../app/links.ts";
import { toast } from "../ui/toast.ts";

/** Requests that are taken back as one. */
type Requests = string | readonly string[];

export interface Undo {
  /** Says what was done, with a button that takes it back by the log. */
  offer(message: ReactNode, requests: Requests): void;
  /** Keeps a write for `undo`. */
  remember(requests: Requests | undefined): void;
  /** Takes back these requests, by default the last that were kept; how it ended is said. */
  undo(requests?: Requests): Promise<void>;
}

/**
 * Takes back what was written here. A write gives its request's id to `onRequestId`.
 *
 * @example
 * const { offer } = useUndo();
 * await items.delete(id, { onRequestId: (request) => offer(t`Deleted`, request) });
 */
export function useUndo(): Undo {
  const { t } = useLingui();
  const { slug, client } = useWorkspace();
  const queries = useQueryClient();
  const go = useGo();
  const kept = useRef<readonly (readonly string[])[]>([]);
  const latest = useRef({ go, nothing: "", why: "" });
  latest.current = { go, nothing: t`There is nothing to undo on this page.`, why: t`Show why` };
  return useMemo(() => {
    const takeBack = async (requests: Requests): Promise<void> => {
      const ids = [requests].flat();
      kept.current = kept.current.filter((write) => !write.some((id) => ids.includes(id)));
      try {
        await client.changes.undo(requests);
      } catch (error) {
        if (isPassing(error)) kept.current = [...kept.current, ids];
        throw error;
      }
      for (const path of ["items", "changes", "folders"])
        await queries.invalidateQueries({ queryKey: apiKey(slug, path) });
    };
    /** The page of one request says what stands in the way. */
    const whyOf = (requests: Requests) => {
      const [id, ...others] = [requests].flat();
      if (id === undefined || others.length > 0) return undefined;
      return { label: latest.current.why, onClick: () => latest.current.go(`changes/${id}`) };
    };
    return {
      offer: (message, requests) => void toast.undo(message, () => takeBack(requests), whyOf(requests)),
      remember(requests = []) {
        const ids = [requests].flat();
        if (ids.length > 0) kept.current = [...kept.current, ids];
      },
      async undo(requests = kept.current.at(-1)) {
        if (requests === undefined) toast.info(latest.current.nothing);
        else await toast.undoing(() => takeBack(requests), whyOf(requests));
      },
    };
  }, [slug, client, queries]);
}

/** It may work the next time. */
function isPassing(error: unknown): boolean {
  return !(error instanceof PlinthClientError) || error.status === 0 || error.status >= 500;
}
