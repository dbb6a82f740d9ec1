/**
 * Collections of TanStack DB over a replica: its live queries and optimistic mutations, with the offline store and the
 * exactly-once writes of `sync`.
 *
 * @module
 */
import type { CollectionConfig, PendingMutation, SyncConfig } from "@tanstack/db";
import type { AnySchema, LocalFilter, LocalRow, Slug } from "./schema/index.ts";
import type { FailedWrite, Sync } from "./sync/index.ts";

export interface SyncCollection<L extends AnySchema = AnySchema, C extends Slug<L> = Slug<L>> {
  /** The collection's slug; one that a shape holds. */
  readonly collection: C;
  /** Which of the rows on the device; as that of `query`. Default: all. */
  readonly filter?: LocalFilter<L, C> | undefined;
  /** The name in TanStack DB. Default: the slug. */
  readonly id?: string | undefined;
}

/** What a mutation must know of its collection. */
interface SyncUtils {
  readonly slug: string;
  readonly [name: string]: unknown;
}

type Mutations = { readonly transaction: { readonly mutations: readonly PendingMutation<never>[] } };

/**
 * The options of a collection that holds the rows on this device. New items need an `id`: `newItemId()` makes one.
 *
 * @example
 * const tasks = createCollection(syncCollectionOptions(db, { collection: "tasks" }));
 * tasks.insert({ id: newItemId(), title: "Milk" });
 */
export function syncCollectionOptions<S extends AnySchema, L extends AnySchema, C extends Slug<L>>(
  db: Sync<S, L>,
  { collection, filter, id = collection }: SyncCollection<L, C>,
): CollectionConfig<LocalRow<L, C>, string> & { utils: SyncUtils } {
  const write = writeMutations(db);
  return {
    id,
    getKey: idOf,
    sync: {
      rowUpdateMode: "full",
      sync: (target) =>
        follow(target, db.ready, {
          watch: (take) => db.watch(collection, filter ? { filter } : {}, take),
          read: () => db.query(collection, filter ? { filter } : {}),
        }),
    },
    onInsert: write as never,
    onUpdate: write as never,
    onDelete: write as never,
    utils: { slug: collection },
  };
}

/**
 * The writes that the server has refused, as rows: query them, delete one to drop it, and call `db.retry(id)` to send it
 * again.
 */
export function failedCollectionOptions(
  db: Pick<Sync, "ready" | "failed" | "onStatus" | "drop">,
  id = "failed writes",
): CollectionConfig<FailedWrite, string> {
  return {
    id,
    getKey: idOf,
    sync: {
      rowUpdateMode: "full",
      sync: (target) =>
        follow<FailedWrite>(target, db.ready, {
          watch: (take) => db.onStatus(() => take(db.failed())),
          read: () => db.failed(),
        }),
    },
    onDelete: async ({ transaction }) => {
      for (const { key } of transaction.mutations) await db.drop(key as string);
    },
  };
}

/**
 * Writes all mutations of a transaction as one batch: `createTransaction({ mutationFn: writeMutations(db) })`. It is done
 * when they are stored on this device; what the server refuses becomes a failed write.
 */
export function writeMutations<S extends AnySchema>(
  db: Pick<Sync<S>, "batch">,
): (mutations: Mutations) => Promise<void> {
  // The collections' own types say what a mutation holds.
  const own = db as unknown as Pick<Sync, "batch">;
  return ({ transaction: { mutations } }) =>
    own.batch((batch) => {
      for (const { type, key, changes, modified, collection } of mutations) {
        const { slug } = (collection as unknown as { utils: SyncUtils }).utils;
        if (type === "insert") batch.create(slug, modified);
        else if (type === "update") batch.update(slug, key as string, changes);
        else batch.delete(slug, key as string);
      }
    });
}

function idOf(row: object): string {
  return (row as { id: string }).id;
}

type Target<T extends object> = Parameters<SyncConfig<T, string>["sync"]>[0];

/** Keeps a collection equal to rows that change. Gives back what ends it. */
function follow<T extends object>(
  target: Target<T>,
  ready: Promise<unknown>,
  rows: { watch(take: (rows: readonly T[]) => void): () => void; read(): readonly T[] },
): () => void {
  const take = difference(target);
  const stop = rows.watch(take);
  void ready.then(() => {
    take(rows.read());
    target.markReady();
  }, target.markError);
  return stop;
}

/** Tells a collection how a result differs from the one before. Rows that have not changed are the same objects. */
function difference<T extends object>({
  begin,
  write,
  commit,
}: Pick<Target<T>, "begin" | "write" | "commit">): (rows: readonly T[]) => void {
  let held = new Map<string, T>();
  return (rows) => {
    const next = new Map(rows.map((row) => [idOf(row), row]));
    const gone = [...held.keys()].filter((id) => !next.has(id));
    const changed = rows.filter((row) => held.get(idOf(row)) !== row);
    if (gone.length + changed.length > 0) {
      begin();
      for (const key of gone) write({ type: "delete", key });
      for (const value of changed) write({ type: held.has(idOf(value)) ? "update" : "insert", value });
      void commit();
    }
    held = next;
  };
}
