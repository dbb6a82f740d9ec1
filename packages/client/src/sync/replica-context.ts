import type { JsonObject } from "@plinth/core";
import type { Shapes } from "../schema/index.ts";
import type { SetEntry } from "./apply-answer.ts";
import type { ConflictPolicy } from "./conflicts.ts";
import type { Push } from "./queue.ts";
import type { Replica } from "./replica.ts";
import type { SyncAnswer } from "./wire.ts";

/** What is sent of a push. */
export type SentPush = Pick<Push, "id" | "copy" | "number" | "operations">;

/** The requests of a replica. They throw a `PlinthClientError`. */
export interface SyncTransport {
  /** @param wait Whether the server should wait for news if there are none. */
  pull(shapes: Shapes, after: string | undefined, wait: boolean, signal?: AbortSignal): Promise<SyncAnswer>;
  /** A batch. Gives each operation's row, as the caller may see it; null also where the server has forgotten its answer. */
  push(push: SentPush, signal?: AbortSignal): Promise<readonly (JsonObject | null)[]>;
  /** Ends what stays open between two requests. */
  end?(): void;
}

/** What the parts of a replica work with. */
export interface ReplicaContext {
  readonly replica: Replica;
  readonly shapes: Shapes;
  readonly transport: SyncTransport;
  readonly onConflict: ConflictPolicy;
  /** Milliseconds. */
  readonly now: () => number;
  /** Changes replica and store in one transaction; both or none. */
  commit(work: (set: SetEntry) => void): Promise<void>;
}
