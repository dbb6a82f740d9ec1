import type { Json } from "@plinth/core";
import type { JobRow } from "@plinth/db";

export interface NewJob
  extends Pick<
    JobRow,
    | "id"
    | "workspaceId"
    | "queue"
    | "kind"
    | "name"
    | "runAt"
    | "uniqueKey"
    | "concurrencyKey"
    | "maxAttempts"
    | "createdBy"
    | "createdAt"
    | "requestId"
    | "traceparent"
  > {
  readonly payload: Json;
  /** The highest first. */
  readonly priority: number;
  /** Whether its time has come. */
  readonly isReady: boolean;
}

/** A job as it is stored, before any attempt. */
export function newJobRow({ isReady, priority, payload, ...job }: NewJob): JobRow {
  return {
    ...job,
    ...{ state: isReady ? "pending" : "scheduled", rank: 0 - priority, dueAt: isReady ? null : job.runAt },
    ...{ payload: JSON.stringify(payload), openKey: job.uniqueKey, attempts: 0 },
    ...{ lease: null, worker: null, progress: null, result: null, error: null },
    ...{ startedAt: null, finishedAt: null, version: 1, wakes: 0 },
  };
}
