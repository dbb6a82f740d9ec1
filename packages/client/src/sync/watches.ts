import type { JsonObject } from "@plinth/core";
import type { CompiledQuery } from "./query.ts";
import type { Changed } from "./replica.ts";

interface Watch {
  readonly collection: string;
  readonly query: CompiledQuery;
  readonly handler: (rows: JsonObject[]) => void;
  rows: JsonObject[] | undefined;
}

/** Queries that stay current. */
export interface Watches {
  add(collection: string, query: CompiledQuery, handler: (rows: JsonObject[]) => void): () => void;
  /** Calls the handlers of results that differ. Without an argument, every result may. */
  update(changed?: Changed): void;
  clear(): void;
}

/** @param rowsOf A row that has not changed must be the same object. */
export function createWatches(rowsOf: (collection: string) => Iterable<JsonObject>): Watches {
  const watches = new Set<Watch>();

  const run = (watch: Watch): void => {
    const rows = watch.query.run(rowsOf(watch.collection));
    if (watch.rows && isSame(watch.rows, rows)) return;
    watch.rows = rows;
    // A handler that throws must not stop the write that caused the call.
    queueMicrotask(() => watches.has(watch) && watch.rows === rows && watch.handler(rows));
  };

  return {
    add(collection, query, handler) {
      const watch: Watch = { collection, query, handler, rows: undefined };
      watches.add(watch);
      run(watch);
      return () => watches.delete(watch);
    },
    update(changed) {
      for (const watch of watches) if (!changed || changed.has(watch.collection)) run(watch);
    },
    clear: () => watches.clear(),
  };
}

function isSame(a: readonly JsonObject[], b: readonly JsonObject[]): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}
