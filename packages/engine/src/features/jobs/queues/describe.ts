import {
  findJobQueueRow,
  type JobQueueFigures,
  type JobQueueRow,
  type JobState,
  readJobQueueFigures,
} from "@plinth/db";
import type { RequestContext } from "../../../kernel/engine.ts";
import { queueSettingsIn } from "../../../kernel/job-queues.ts";
import { jobHandlers, TASK } from "../../../kernel/jobs.ts";

const MINUTE_MS = 60_000;

/** What was set of a queue, as the API takes and returns it. */
export interface JobQueueConfig {
  paused: boolean;
  concurrency: number | null;
  rate_limit: { jobs: number; seconds: number } | null;
  max_attempts: number;
  backoff_seconds: number;
  max_backoff_seconds: number;
  keep_succeeded_seconds: number;
  keep_dead_seconds: number;
}

/** A queue with what is in it. */
export interface ShownJobQueue extends JobQueueConfig {
  queue: string;
  counts: Readonly<Record<JobState, number>>;
  /** Since when the job could begin that waits longest. */
  oldest_pending_at: string | null;
  /** Jobs that have succeeded within the last minute. */
  succeeded_last_minute: number;
}

export function configIn(row: JobQueueRow | undefined): JobQueueConfig {
  const settings = queueSettingsIn(row);
  const isRated = row && row.rateLimit !== null && row.rateMs !== null;
  return {
    paused: row?.paused ?? false,
    concurrency: row?.concurrency ?? null,
    rate_limit: isRated ? { jobs: row.rateLimit!, seconds: row.rateMs! / 1000 } : null,
    max_attempts: settings.maxAttempts,
    backoff_seconds: settings.backoffMs / 1000,
    max_backoff_seconds: settings.maxBackoffMs / 1000,
    keep_succeeded_seconds: settings.keepSucceededMs / 1000,
    keep_dead_seconds: settings.keepDeadMs / 1000,
  };
}

export async function showJobQueue(ctx: RequestContext, queue: string): Promise<ShownJobQueue> {
  const { driver, principal, engine, now } = ctx;
  const { workspaceId } = principal;
  const kinds = [TASK, ...jobHandlers(engine).keys()];
  const figures = await readJobQueueFigures(driver, { workspaceId, queue, since: now - MINUTE_MS, kinds });
  return described(figures, await findJobQueueRow(driver, workspaceId, queue));
}

function described(figures: JobQueueFigures, row: JobQueueRow | undefined): ShownJobQueue {
  const { queue, counts, oldestPending, succeededSince } = figures;
  return {
    queue,
    ...configIn(row),
    counts,
    oldest_pending_at: oldestPending === null ? null : new Date(oldestPending).toISOString(),
    succeeded_last_minute: succeededSince,
  };
}
