import { index, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { bigint, booleanColumn } from "./columns.ts";
import { ofWorkspace } from "./workspace-schema.ts";

/** What was set of queues of jobs. A queue without a row has the defaults, as has a column that is null. Times are milliseconds. */
export const jobQueues = sqliteTable(
  "plinth_job_queues",
  {
    workspaceId: ofWorkspace(),
    queue: text("queue").notNull(),
    /** Nothing is claimed. */
    paused: booleanColumn("paused").notNull(),
    /** The most active jobs, of all processes. */
    concurrency: bigint("concurrency"),
    /** The most jobs that begin within `rate_ms`. */
    rateLimit: bigint("rate_limit"),
    rateMs: bigint("rate_ms"),
    /** Of a job that names none. */
    maxAttempts: bigint("max_attempts"),
    backoffMs: bigint("backoff_ms"),
    maxBackoffMs: bigint("max_backoff_ms"),
    keepSucceededMs: bigint("keep_succeeded_ms"),
    keepDeadMs: bigint("keep_dead_ms"),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [primaryKey({ columns: [of.workspaceId, of.queue] })],
);

/** How many jobs began when, of queues with a limit of their rate: a row for each claim, until it is older than the limit's time. */
export const jobStarts = sqliteTable(
  "plinth_job_starts",
  {
    /** The lease of the claim. */
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    queue: text("queue").notNull(),
    at: bigint("at").notNull(),
    jobs: bigint("jobs").notNull(),
  },
  (of) => [index("plinth_job_starts_at").on(of.workspaceId, of.queue, of.at)],
);
