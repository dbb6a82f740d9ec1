import type { Json } from "@plinth/core";

export type JobState = "scheduled" | "pending" | "active" | "succeeded" | "dead" | "cancelled";

/** Work that is done later. */
export interface Job {
  readonly id: string;
  readonly queue: string;
  /** `task`: a worker claims it. Others run in the server. */
  readonly kind: string;
  readonly name: string;
  readonly state: JobState;
  readonly payload: Json;
  readonly priority: number;
  readonly run_at: string;
  readonly unique_key: string | null;
  readonly concurrency_key: string | null;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly worker: string | null;
  readonly progress: Json;
  readonly result: Json;
  /** Why the last attempt failed. */
  readonly last_error: string | null;
  readonly created_by: string | null;
  /** Of the request that has enqueued it. */
  readonly request_id: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly lease_until: string | null;
}

export interface NewJob {
  /** `default` unless given. */
  readonly queue?: string | undefined;
  /** `task` unless given: a worker claims it. `http`: the server posts `payload.data` to `payload.url`. */
  readonly kind?: string | undefined;
  /** What is to be done. Needed for a task. */
  readonly name?: string | undefined;
  readonly payload?: unknown;
  /** The highest first; 0 unless given. */
  readonly priority?: number | undefined;
  /** Seconds from now. */
  readonly delay?: number | undefined;
  /** ISO 8601; instead of `delay`. */
  readonly run_at?: string | undefined;
  /** While a job of the queue with this key has not ended, no other one is made. */
  readonly unique_key?: string | undefined;
  /** Of the jobs of a queue with the same one, only one is active at a time. */
  readonly concurrency_key?: string | undefined;
  readonly max_attempts?: number | undefined;
}

export const JOB_KEYS: readonly (keyof NewJob)[] = [
  "queue",
  "kind",
  "name",
  "payload",
  "priority",
  "delay",
  "run_at",
  "unique_key",
  "concurrency_key",
  "max_attempts",
];
