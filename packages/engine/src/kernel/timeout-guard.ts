import { type Aggregate, DataError, PlinthError, type Store } from "@plinth/core";
import { hintFor } from "./index-hint.ts";

type Read = Pick<Aggregate, "collection" | "where">;

/** A read that exceeded its time limit would do so again. The error says so, and how to make the read faster. */
export function guardTimeout(store: Store, limitMs: number | undefined): Store {
  // Wrapping a read costs an extra promise, so it is done only where a timeout can occur.
  if (!store.capabilities.timeLimited) return store;
  const guarded: Pick<Store, "find" | "count" | "countUpTo" | "aggregate"> = {
    find: (tree, bindings) => store.find(tree, bindings).catch((error: unknown) => refuse(error, tree, limitMs)),
    count: (tree, bindings) => store.count(tree, bindings).catch((error: unknown) => refuse(error, tree, limitMs)),
    countUpTo: (tree, bindings, atMost) =>
      store.countUpTo(tree, bindings, atMost).catch((error: unknown) => refuse(error, tree, limitMs)),
    aggregate: (tree, bindings) =>
      store.aggregate(tree, bindings).catch((error: unknown) => refuse(error, tree, limitMs)),
  };
  return { ...store, ...guarded };
}

function refuse(error: unknown, { collection, where }: Read, limitMs: number | undefined): never {
  if (!(error instanceof DataError) || error.kind !== "time_limit") throw error;
  const { index, text } = hintFor(collection, where);
  const limit = limitMs === undefined ? "it may" : `the ${limitMs / 1000} s that a statement may`;
  throw new PlinthError(
    "LIMIT_EXCEEDED",
    `Reading ${collection.slug} took longer than ${limit}; ${text}.`,
    {
      field: "filter",
      ...(limitMs !== undefined && { statement_timeout_ms: limitMs }),
      ...(index && { index }),
    },
    { cause: error },
  );
}
