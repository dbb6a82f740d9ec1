import { type Aggregate, DataError, type Mutation, PlinthError, recover, type Store } from "@plinth/core";
import { hintFor } from "./index-hint.ts";

type TimedRead = Pick<Aggregate, "collection" | "where">;

/** A statement that exceeded its time limit would do so again. The error says so, and how to make it faster. */
export function guardTimeout(store: Store, limitMs: number | undefined): Store {
  // Wrapping a read costs an extra promise, so it is done only where a timeout can occur.
  if (!store.capabilities.timeLimited) return store;
  const guarded: Pick<Store, "find" | "count" | "countUpTo" | "aggregate" | "mutate"> = {
    find: (tree, bindings) =>
      recover(
        () => store.find(tree, bindings),
        (error) => refuse(error, tree, limitMs),
      ),
    count: (tree, bindings) => store.count(tree, bindings).catch((error: unknown) => refuse(error, tree, limitMs)),
    countUpTo: (tree, bindings, atMost) =>
      store.countUpTo(tree, bindings, atMost).catch((error: unknown) => refuse(error, tree, limitMs)),
    aggregate: (tree, bindings) =>
      store.aggregate(tree, bindings).catch((error: unknown) => refuse(error, tree, limitMs)),
    mutate: (trees, bindings, origin) =>
      store.mutate(trees, bindings, origin).catch((error: unknown) => refuseWrite(error, trees, limitMs)),
  };
  return { ...store, ...guarded };
}

function isOverTime(error: unknown): boolean {
  return error instanceof DataError && error.kind === "time_limit";
}

function limitText(limitMs: number | undefined): string {
  return limitMs === undefined ? "it may" : `the ${limitMs / 1000} s that a statement may`;
}

/** The batch was rolled back. */
function refuseWrite(error: unknown, trees: readonly Mutation[], limitMs: number | undefined): never {
  if (!isOverTime(error)) throw error;
  const slugs = new Set(trees.map((one) => (one.kind === "find" ? one.tree : one).collection.slug));
  throw new PlinthError(
    "LIMIT_EXCEEDED",
    `Writing to ${[...slugs].join(", ")} took longer than ${limitText(limitMs)}; nothing was written. Write fewer items at a time.`,
    limitMs === undefined ? {} : { statement_timeout_ms: limitMs },
    { cause: error },
  );
}

function refuse(error: unknown, { collection, where }: TimedRead, limitMs: number | undefined): never {
  if (!isOverTime(error)) throw error;
  const { index, text } = hintFor(collection, where);
  const limit = limitText(limitMs);
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
