import { useBlocker } from "@tanstack/react-router";
import { useCallback, useSyncExternalStore } from "react";
import { useWorkspace } from "../../api/workspace.ts";

export interface TypedDocument {
  readonly text: string;
  readonly variables: string;
}

const FIRST: TypedDocument = { text: "{\n  __typename\n}", variables: "{}" };

/** By workspace and operator. In memory alone: variables may hold what nobody else at this browser may read. */
const kept = new Map<string, TypedDocument>();
const listeners = new Set<() => void>();

/**
 * What was typed on the page. It stays when the page is left, and when it is read as somebody else, which makes another page of
 * it. The browser asks before it is closed.
 */
export function useTypedDocument(): readonly [TypedDocument, (change: Partial<TypedDocument>) => void] {
  const { slug, me } = useWorkspace();
  const key = `${slug} ${me.id}`;
  const typed = useSyncExternalStore(subscribe, () => kept.get(key) ?? FIRST);
  const change = useCallback(
    (next: Partial<TypedDocument>) => {
      kept.set(key, { ...(kept.get(key) ?? FIRST), ...next });
      for (const listener of listeners) listener();
    },
    [key],
  );
  useBlocker({
    shouldBlockFn: () => false,
    enableBeforeUnload: () => typed.text !== FIRST.text || typed.variables !== FIRST.variables,
  });
  return [typed, change];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
