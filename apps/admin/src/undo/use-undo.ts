import { useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { useGo } from "../app/links.ts";
import { mayOpen } from "../app/may-open.ts";
import { toast } from "../ui/toast.ts";
import { keptWrites, type Requests } from "./kept-writes.ts";

export interface Undo {
  /** Says what was done, with a button that takes it back by the log; without a request, without the button. */
  offer(message: ReactNode, requests: Requests | undefined): void;
  /** Keeps a write for `undo`. `message`: the id of the one that offers it. */
  remember(requests: Requests | undefined, message?: string): void;
  /** Tells of a write that is under way, so that `undo` waits for its answer. */
  begin(work: Promise<unknown>): void;
  /**
   * Takes back these requests, by default the last that were kept; how it ended is said. What is under way is answered first:
   * where it was refused, nothing else is taken back in its place.
   */
  undo(requests?: Requests): Promise<void>;
}

/** On lists of items. */
export const UNDO_KEYS = "mod+z";

/**
 * Takes back what was written here. A write gives its request's id to `onRequestId`. With a collection, the list of its
 * items can take it back after the message has gone. `onUndone`: something was taken back here, or may have been.
 *
 * @example
 * const { offer } = useUndo("posts");
 * await items.delete(id, { onRequestId: (request) => offer(t`Deleted`, request) });
 */
export function useUndo(collection?: string, onUndone?: () => void): Undo {
  const { t } = useLingui();
  const { slug, client, rights } = useWorkspace();
  const queries = useQueryClient();
  const go = useGo();
  const place = placeOf(slug, collection);
  const mayUndo = rights.undo;
  const mayOpenLog = mayOpen("changes", rights);
  const latest = useRef({ go, mayOpenLog, onUndone, nothing: "", why: "", waiting: "" });
  latest.current = {
    go,
    mayOpenLog,
    onUndone,
    nothing: t`There is nothing to undo on this page.`,
    why: t`Show why`,
    waiting: t`Undone as soon as it is saved`,
  };
  return useMemo(() => {
    const takeBack = async (requests: Requests): Promise<void> => {
      const taken = keptWrites.take(place, requests);
      try {
        await client.changes.undo(requests);
      } catch (error) {
        if (taken && isPassing(error)) keptWrites.add(place, taken);
        throw error;
      } finally {
        latest.current.onUndone?.();
      }
      for (const path of ["items", "changes", "folders", "file-versions"])
        await queries.invalidateQueries({ queryKey: apiKey(slug, path) });
    };
    /** The page of one request says what stands in the way. */
    const whyOf = (requests: Requests) => {
      const [id, ...others] = [requests].flat();
      if (id === undefined || others.length > 0 || !latest.current.mayOpenLog) return undefined;
      return { label: latest.current.why, onClick: () => latest.current.go(`changes/${id}`) };
    };
    return {
      offer(text, requests) {
        if (isNone(requests) || !mayUndo) return void toast.success(text);
        const shortcut = collection === undefined ? undefined : UNDO_KEYS;
        const message = toast.undo(text, () => takeBack(requests), { why: whyOf(requests), shortcut });
        if (collection !== undefined) keptWrites.add(place, { requests, message });
      },
      remember(requests, message) {
        if (!isNone(requests) && mayUndo) keptWrites.add(place, { requests, message });
      },
      begin: (work) => keptWrites.begin(place, work),
      async undo(requests) {
        if (requests === undefined && keptWrites.isWriting(place)) {
          const before = keptWrites.of(place).at(-1);
          const waiting = toast.loading(latest.current.waiting);
          await keptWrites.answered(place);
          toast.dismiss(waiting);
          if (keptWrites.of(place).at(-1) === before) return;
        }
        const write = requests === undefined ? keptWrites.of(place).at(-1) : keptWrites.find(place, requests);
        const asked = write?.requests ?? requests;
        if (asked === undefined) toast.info(latest.current.nothing);
        else await toast.undoing(() => takeBack(asked), whyOf(asked), write?.message);
      },
    };
  }, [collection, place, slug, client, queries, mayUndo]);
}

/** How many writes of a collection's items can be taken back. */
export function useUndoCount(collection: string): number {
  const place = placeOf(useWorkspace().slug, collection);
  return useSyncExternalStore(keptWrites.subscribe, () => keptWrites.of(place).length);
}

/** Ctrl Z, or ⌘ Z on a Mac, on the whole page. Where something is typed, and in dialogs, the browser undoes the typing. */
export function useUndoShortcut(undo: Undo["undo"] | undefined): void {
  useEffect(() => {
    if (!undo) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      if (event.defaultPrevented || (event.target as Element).closest(TYPING)) return;
      event.preventDefault();
      void undo();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [undo]);
}

const TYPING =
  "input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=alertdialog]";

const placeOf = (workspace: string, collection = ""): string => `${workspace}/${collection}`;

const isNone = (requests: Requests | undefined): requests is undefined =>
  requests === undefined || requests.length === 0;

/** It may work the next time. */
function isPassing(error: unknown): boolean {
  return !(error instanceof PlinthClientError) || error.status === 0 || error.status >= 500;
}
