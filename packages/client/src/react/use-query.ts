import type { JsonObject } from "@plinth/core";
import { useMemo, useSyncExternalStore } from "react";
import type { LocalQuery } from "../sync/query.ts";
import type { Sync } from "../sync/types.ts";

/**
 * The rows on this device that a query finds, as they are now.
 *
 * @example
 * const tasks = useQuery<Task>(db, "tasks", { filter: { done: false }, sort: "rank" });
 */
export function useQuery<T = JsonObject>(db: Sync, collection: string, query: LocalQuery = {}): readonly T[] {
  const text = JSON.stringify(query);
  const source = useMemo(() => querySource<T>(db, collection, JSON.parse(text)), [db, collection, text]);
  return useSyncExternalStore(source.subscribe, source.current, source.current);
}

function querySource<T>(db: Sync, collection: string, query: LocalQuery) {
  let rows: readonly T[] = db.query<T>(collection, query);
  return {
    /** The same list until there is a change. */
    current: () => rows,
    subscribe: (onChange: () => void) =>
      db.watch<T>(collection, query, (next) => {
        if (next.length === rows.length && next.every((row, i) => row === rows[i])) return;
        rows = next;
        onChange();
      }),
  };
}
