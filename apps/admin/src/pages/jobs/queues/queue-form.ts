import type { JobQueueSettings, SavedJobQueue } from "@plinth/client/jobs";
import * as z from "zod";

const DAY = 86_400;

/** How a queue is worked off, as a form shows it. Null: no limit. */
export const queueForm = z
  .object({
    concurrency: z.int().min(1).nullable(),
    /** Both, or neither. */
    rate_jobs: z.int().min(1).nullable(),
    rate_seconds: z.int().min(1).max(DAY).nullable(),
    max_attempts: z.int().min(1).max(100),
    backoff_seconds: z.int().min(1).max(DAY),
    max_backoff_seconds: z.int().min(1),
    keep_succeeded_days: z.number().min(0).max(366),
    keep_dead_days: z.number().min(0).max(366),
  })
  .superRefine(({ rate_jobs, rate_seconds, backoff_seconds, max_backoff_seconds }, { addIssue }) => {
    const need = (path: string) => addIssue({ code: "custom", path: [path] });
    if ((rate_jobs === null) !== (rate_seconds === null)) need(rate_jobs === null ? "rate_jobs" : "rate_seconds");
    if (max_backoff_seconds < backoff_seconds) need("max_backoff_seconds");
  });

export type QueueForm = z.infer<typeof queueForm>;

export const queueFormOf = (queue: SavedJobQueue): QueueForm => ({
  concurrency: queue.concurrency,
  rate_jobs: queue.rate_limit?.jobs ?? null,
  rate_seconds: queue.rate_limit?.seconds ?? null,
  max_attempts: queue.max_attempts,
  backoff_seconds: queue.backoff_seconds,
  max_backoff_seconds: queue.max_backoff_seconds,
  keep_succeeded_days: queue.keep_succeeded_seconds / DAY,
  keep_dead_days: queue.keep_dead_seconds / DAY,
});

/** What is sent. Whether the queue is paused stays as it is. */
export function queueSettingsOf(form: QueueForm): JobQueueSettings {
  const { rate_jobs: jobs, rate_seconds: seconds, keep_succeeded_days, keep_dead_days, ...rest } = form;
  return {
    ...rest,
    rate_limit: jobs === null || seconds === null ? null : { jobs, seconds },
    keep_succeeded_seconds: Math.round(keep_succeeded_days * DAY),
    keep_dead_seconds: Math.round(keep_dead_days * DAY),
  };
}

/** The field of the form that stands for a part that the server names. */
export const QUEUE_FIELDS: Readonly<Record<string, keyof QueueForm>> = {
  rate_limit: "rate_jobs",
  "rate_limit.jobs": "rate_jobs",
  "rate_limit.seconds": "rate_seconds",
  keep_succeeded_seconds: "keep_succeeded_days",
  keep_dead_seconds: "keep_dead_days",
};
