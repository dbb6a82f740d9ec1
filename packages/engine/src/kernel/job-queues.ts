import { type JobQueueRow, listJobQueueRows } from "@plinth/db";
import type { Engine, RequestContext } from "./engine.ts";
import { service } from "./services.ts";
import { TtlCache } from "./ttl-cache.ts";

/** What is known of a queue's settings may be so old. Whether it is paused, and its limits, are read by each claim. */
const FRESH_MS = 2000;
const MOST_WORKSPACES = 1000;
const DAY_MS = 86_400_000;

/** What holds for a queue of which nothing was set. */
export const JOB_QUEUE_DEFAULTS = {
  maxAttempts: 5,
  backoffMs: 10_000,
  maxBackoffMs: 3_600_000,
  keepSucceededMs: 7 * DAY_MS,
  keepDeadMs: 30 * DAY_MS,
} as const;

/** Cancelled jobs are kept so long, whatever was set. */
export const KEEP_CANCELLED_MS = 7 * DAY_MS;

export interface JobQueueSettings {
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly keepSucceededMs: number;
  readonly keepDeadMs: number;
  /** Whether jobs may wait for the end of others, and not for a worker alone. */
  readonly isLimited: boolean;
}

const UNSET: JobQueueSettings = { ...JOB_QUEUE_DEFAULTS, isLimited: false };

export function queueSettingsIn(row: JobQueueRow | undefined): JobQueueSettings {
  if (!row) return UNSET;
  return {
    maxAttempts: row.maxAttempts ?? UNSET.maxAttempts,
    backoffMs: row.backoffMs ?? UNSET.backoffMs,
    maxBackoffMs: row.maxBackoffMs ?? UNSET.maxBackoffMs,
    keepSucceededMs: row.keepSucceededMs ?? UNSET.keepSucceededMs,
    keepDeadMs: row.keepDeadMs ?? UNSET.keepDeadMs,
    isLimited: row.concurrency !== null || row.rateLimit !== null,
  };
}

/** The settings of queues, by their names. */
type WorkspaceQueues = ReadonlyMap<string, JobQueueSettings>;

const queues = service(
  "settings of job queues",
  ({ clock }: Engine) => new TtlCache<WorkspaceQueues>({ clock, ttl: FRESH_MS, maxEntries: MOST_WORKSPACES }),
);

/** The settings of a queue of a workspace, which this process may have read a moment ago. */
export async function jobQueueSettings(
  engine: Engine,
  driver: RequestContext["driver"],
  workspaceId: string,
): Promise<(queue: string) => JobQueueSettings> {
  const known = await queues(engine).get(workspaceId, driver.lifetime === "process", async () => {
    const rows = await listJobQueueRows(driver, workspaceId);
    return { value: new Map(rows.map((row) => [row.queue, queueSettingsIn(row)])) };
  });
  return (queue) => known?.get(queue) ?? UNSET;
}

/** After a change, in this process. */
export function forgetJobQueues(engine: Engine, workspaceId: string): void {
  queues(engine).forget(workspaceId);
}
