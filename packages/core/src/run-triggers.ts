/** What starts runs. `enqueue`: somebody has stored a job. `manual`: somebody tries it by hand. */
export const RUN_TRIGGERS = [
  "http",
  "enqueue",
  "job",
  "change",
  "cron",
  "date",
  "job_failed",
  "webhook",
  "event",
  "manual",
  "before_write",
  "hook",
] as const;
