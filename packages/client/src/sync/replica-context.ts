import type { JsonObject } from "@plinth/core";
import type { Shapes } from "../schema/index.ts";
import type { SetEntry } from "./apply-answer.ts";
import type { ConflictPolicy } from "./conflicts.ts";
import type { Replica } from "./replica.ts";
import type { SyncAnswer } from "./wire.ts";

/** The requests of a replica. They throw a `PlinthClientError`. */
export interface SyncTransport {
  /** @param wait Whether the server should wait for news if there are none. */
  pull(shapes: Shapes, after: string | undefined, wait: boolean, signal?: AbortSignal): Promise<SyncAnswer>;
  /** A batch; `key` is its idempotency key. Gives each operation's row, as the caller may see it. */
  push(operations: readonly JsonObject[], key: string, signal?: AbortSignal): Promise<readonly (JsonObject | null)[]>;
  /** Ends what stays open between two requests. */
  end?(): void;
}

/** What the parts of a replica work with. */
export interface ReplicaContext {
  readonly replica: Replica;
  readonly shapes: Shapes;
  readonly transport: SyncTransport;
  readonly onConflict: ConflictPolicy;
  /** For how long a push can be sent again without happening twice, in milliseconds. */
  readonly keyKeptMs: number;
  /** Milliseconds. */
  readonly now: () => number;
  /** Changes replica and store in one transaction; both or none. */
  commit(work: (set: SetEntry) => void): Promise<void>;
}
