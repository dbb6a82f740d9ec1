import type { Json } from "@plinth/core";
import type { JobRow, JobState } from "@plinth/db";

/** A job as the API returns it. */
export interface ShownJob {
  id: string;
  queue: string;
  kind: string;
  name: string;
  state: JobState;
  payload: Json;
  priority: number;
  run_at: string;
  unique_key: string | null;
  concurrency_key: string | null;
  attempts: number;
  max_attempts: number;
  /** The name that the worker gave itself. */
  worker: string | null;
  progress: Json;
  result: Json;
  /** Why the last attempt failed. */
  last_error: string | null;
  created_by: string | null;
  /** Of the request that has enqueued it; null: none has. */
  request_id: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** Of an active job: when another worker may claim it, unless this one reports. */
  lease_until: string | null;
}

export function describeJob(row: JobRow): ShownJob {
  return {
    id: row.id,
    queue: row.queue,
    kind: row.kind,
    name: row.name,
    state: row.state as JobState,
    payload: parsed(row.payload),
    priority: 0 - row.rank,
    run_at: instantOf(row.runAt)!,
    unique_key: row.uniqueKey,
    concurrency_key: row.concurrencyKey,
    attempts: row.attempts,
    max_attempts: row.maxAttempts,
    worker: row.worker,
    progress: parsed(row.progress),
    result: parsed(row.result),
    last_error: row.error,
    created_by: row.createdBy,
    request_id: row.requestId,
    created_at: instantOf(row.createdAt)!,
    started_at: instantOf(row.startedAt),
    finished_at: instantOf(row.finishedAt),
    lease_until: row.state === "active" ? instantOf(row.dueAt) : null,
  };
}

const parsed = (text: string | null): Json => (text === null ? null : (JSON.parse(text) as Json));

const instantOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
