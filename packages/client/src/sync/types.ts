import type { AnySchema, CheckedShapes, LocalPatch, LocalRow, NewLocalRow, Shapes, Slug } from "../schema/index.ts";
import type { ConflictPolicy } from "./conflicts.ts";
import type { LocalQuery } from "./query.ts";
import type { QueuedOperation, WriteError } from "./queue.ts";
import type { RunnerState } from "./runner.ts";
import type { SyncStore } from "./store.ts";

export interface SyncOptions<S extends AnySchema = AnySchema, Sh = Shapes> {
  /** What is kept on this device, by a name of your own: `{ posts: { filter: { open: true } } }`. */
  readonly shapes: CheckedShapes<S, Sh>;
  /** Where it is kept. Default: `memoryStore()`, until the program ends. */
  readonly store?: SyncStore | undefined;
  /** What happens to an item that was changed here and on the server. Default: `merge`. */
  readonly onConflict?: ConflictPolicy | undefined;
  /**
   * Whose data it is, for a client with `token`, `tokens` or a key that acts for itself. Other clients know it: data is
   * kept for each user who signs in, and shown to nobody else.
   */
  readonly user?: string | undefined;
}

export const SYNC_OPTIONS: readonly (keyof SyncOptions)[] = ["shapes", "store", "onConflict", "user"];

export interface SyncStatus {
  /** `loading`: the store is being read. The others as in `RunnerState`. */
  readonly state: RunnerState | "loading";
  readonly error?: Error | undefined;
  /** Writes that wait for the server. */
  readonly queued: number;
  /** Writes that the server has refused: see `failed()`. */
  readonly failed: number;
  /** For each shape, whether it has been received as a whole, and why not if the server refuses it. */
  readonly shapes: { readonly [name: string]: { readonly complete: boolean; readonly error?: WriteError } };
  /** Whether this tab talks to the server; others follow it. */
  readonly leads: boolean;
}

/** A write that the server has refused. It is not shown any more, and stays until it is retried or dropped. */
export interface FailedWrite {
  readonly id: string;
  /** When it was made, by this device's clock. */
  readonly at: string;
  readonly operations: readonly QueuedOperation[];
  readonly error: WriteError;
}

/** Collects operations of one transaction. */
export interface SyncBatch<S extends AnySchema = AnySchema> {
  /** Gives the id of the new item, which other operations may refer to. */
  create<C extends Slug<S>>(collection: C, data: NewLocalRow<S, C>): string;
  update<C extends Slug<S>>(collection: C, id: string, data: LocalPatch<S, C>): void;
  delete(collection: Slug<S>, id: string): void;
}

/**
 * A replica of a part of the server's data, which works without a connection.
 *
 * @typeParam S - the server's schema, for writes
 * @typeParam L - the part that the shapes hold, for reads
 */
export interface Sync<S extends AnySchema = AnySchema, L extends AnySchema = S> {
  readonly status: SyncStatus;
  /** Fulfilled when the rows that are stored on this device can be read. */
  readonly ready: Promise<void>;
  /** The row as it is on this device, with writes that still wait. Rows must not be changed. */
  get<C extends Slug<L>>(collection: C, id: string): LocalRow<L, C> | undefined;
  /** The rows on this device. */
  query<C extends Slug<L>>(collection: C, query?: LocalQuery<L, C>): LocalRow<L, C>[];
  /** Calls at once with the result, and after each change of it. Call the answer to stop. */
  watch<C extends Slug<L>>(
    collection: C,
    query: LocalQuery<L, C>,
    handler: (rows: LocalRow<L, C>[]) => void,
  ): () => void;
  /** Shown at once; fulfilled with the new id when the write is stored on this device. */
  create<C extends Slug<S>>(collection: C, data: NewLocalRow<S, C>): Promise<string>;
  /** Sets the given fields; takes `{"$inc": 1}`, `{"$append": […]}` and `{"$remove": […]}` too. */
  update<C extends Slug<S>>(collection: C, id: string, data: LocalPatch<S, C>): Promise<void>;
  delete(collection: Slug<S>, id: string): Promise<void>;
  /** All operations happen together, here and on the server. */
  batch(build: (batch: SyncBatch<S>) => void): Promise<void>;
  /** Fulfilled when no write waits for the server any more: each was taken, or has failed. */
  flush(): Promise<void>;
  failed(): readonly FailedWrite[];
  /** Sends a failed write again, with those that were held for it. */
  retry(id: string): Promise<void>;
  /** Gives a failed write up. Those that were held for it are sent. */
  drop(id: string): Promise<void>;
  /** Calls after each change of `status`. Call the answer to stop. */
  onStatus(handler: (status: SyncStatus) => void): () => void;
  /** The network is back, or something was changed that a failure asked for: tries again at once. */
  retryNow(): void;
  /** Deletes all of the user's data on this device, with the writes that wait, and begins anew. */
  clear(): Promise<void>;
  /** Ends requests and watches. What is stored stays. */
  close(): Promise<void>;
}
