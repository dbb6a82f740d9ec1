import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** A text that this browser remembers under `plinth.<name>`: choices of looks, never data. All users of a name follow. */
export function useStored(name: string, fallback: string): readonly [string, (value: string) => void] {
  const key = `plinth.${name}`;
  const value = useSyncExternalStore(subscribe, () => read(key) ?? fallback);
  const set = useCallback(
    (next: string) => {
      try {
        localStorage.setItem(key, next);
      } catch {
        // Without storage the choice is not remembered.
      }
      for (const listener of listeners) listener();
    },
    [key],
  );
  return [value, set];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}
