import { useMemo, useSyncExternalStore } from "react";
import type { AnySchema, LocalRow, Slug } from "../schema/index.ts";
import type { LocalQuery } from "../sync/query.ts";
import type { Sync } from "../sync/types.ts";

/**
 * The rows on this device that a query finds, as they are now.
 *
 * @example
 * const tasks = useQuery(db, "tasks", { filter: { done: false }, sort: "rank" });
 */
export function useQuery<S extends AnySchema, L extends AnySchema, C extends Slug<L>>(
  db: Sync<S, L>,
  collection: C,
  query: LocalQuery<L, C> = {},
): readonly LocalRow<L, C>[] {
  const text = JSON.stringify(query);
  const source = useMemo(() => querySource(db, collection, JSON.parse(text)), [db, collection, text]);
  return useSyncExternalStore(source.subscribe, source.current, source.current);
}

function querySource<S extends AnySchema, L extends AnySchema, C extends Slug<L>>(
  db: Sync<S, L>,
  collection: C,
  query: LocalQuery<L, C>,
) {
  let rows: readonly LocalRow<L, C>[] = db.query(collection, query);
  return {
    /** The same list until there is a change. */
    current: () => rows,
    subscribe: (onChange: () => void) =>
      db.watch(collection, query, (next) => {
        if (next.length === rows.length && next.every((row, i) => row === rows[i])) return;
        rows = next;
        onChange();
      }),
  };
}
