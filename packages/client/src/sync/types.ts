import type { JsonObject } from "@plinth/core";
import type { ConflictPolicy } from "./conflicts.ts";
import type { LocalQuery } from "./query.ts";
import type { QueuedOperation, WriteError } from "./queue.ts";
import type { RunnerState } from "./runner.ts";
import type { SyncStore } from "./store.ts";
import type { Shapes } from "./wire.ts";

export interface SyncOptions {
  /** What is kept on this device, by a name of your own: `{ posts: { filter: { open: true } } }`. */
  readonly shapes: Shapes;
  /** Where it is kept. Default: `memoryStore()`, until the program ends. */
  readonly store?: SyncStore | undefined;
  /** What happens to an item that was changed here and on the server. Default: `merge`. */
  readonly onConflict?: ConflictPolicy | undefined;
  /** The server's setting `IDEMPOTENCY_KEEP_HOURS`, if it is not 24: for how long a write may wait for its answer. */
  readonly idempotencyKeepHours?: number | undefined;
  /**
   * Whose data it is, for a client with `token`, `tokens` or a key that acts for itself. Other clients know it: data is
   * kept for each user who signs in, and shown to nobody else.
   */
  readonly user?: string | undefined;
}

export const SYNC_OPTIONS: readonly (keyof SyncOptions)[] = [
  "shapes",
  "store",
  "onConflict",
  "idempotencyKeepHours",
  "user",
];

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
export interface SyncBatch {
  /** Gives the id of the new item, which other operations may refer to. */
  create(collection: string, data: JsonObject): string;
  update(collection: string, id: string, data: JsonObject): void;
  delete(collection: string, id: string): void;
}

/** A replica of a part of the server's data, which works without a connection. */
export interface Sync {
  readonly status: SyncStatus;
  /** Fulfilled when the rows that are stored on this device can be read. */
  readonly ready: Promise<void>;
  /** The row as it is on this device, with writes that still wait. Rows must not be changed. */
  get<T = JsonObject>(collection: string, id: string): T | undefined;
  /** The rows on this device. */
  query<T = JsonObject>(collection: string, query?: LocalQuery): T[];
  /** Calls at once with the result, and after each change of it. Call the answer to stop. */
  watch<T = JsonObject>(collection: string, query: LocalQuery, handler: (rows: T[]) => void): () => void;
  /** Shown at once; fulfilled with the new id when the write is stored on this device. */
  create(collection: string, data: JsonObject): Promise<string>;
  /** Sets the given fields; takes `{"$inc": 1}`, `{"$append": […]}` and `{"$remove": […]}` too. */
  update(collection: string, id: string, data: JsonObject): Promise<void>;
  delete(collection: string, id: string): Promise<void>;
  /** All operations happen together, here and on the server. */
  batch(build: (batch: SyncBatch) => void): Promise<void>;
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
