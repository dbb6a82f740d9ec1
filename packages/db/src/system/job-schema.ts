import { sql } from "drizzle-orm";
import { index, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { bigint } from "./columns.ts";
import { ofWorkspace } from "./workspace-schema.ts";

/** Work that waits, is under way or has ended. Times are milliseconds since the epoch. */
export const jobs = sqliteTable(
  "plinth_jobs",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    queue: text("queue").notNull(),
    /** Who runs it: `task` for workers that claim it by the API, otherwise a part of the server. */
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    state: text("state").notNull(),
    /** The priority with the opposite sign: the lowest rank comes first. */
    rank: bigint("rank").notNull(),
    runAt: bigint("run_at").notNull(),
    /** When something happens to it by itself: it becomes pending, its lease ends, or it is deleted. Null: nothing does. */
    dueAt: bigint("due_at"),
    /** JSON, as are the progress and the result. */
    payload: text("payload").notNull(),
    uniqueKey: text("unique_key"),
    /** The unique key until the job has ended. */
    openKey: text("open_key"),
    /** Of the jobs of a queue with the same one, only one is active at a time. */
    concurrencyKey: text("concurrency_key"),
    attempts: bigint("attempts").notNull(),
    maxAttempts: bigint("max_attempts").notNull(),
    /** Of the last claim: who has it may report about the job. */
    lease: text("lease"),
    worker: text("worker"),
    progress: text("progress"),
    result: text("result"),
    /** Why the last attempt failed. */
    error: text("error"),
    createdBy: text("created_by"),
    createdAt: bigint("created_at").notNull(),
    startedAt: bigint("started_at"),
    finishedAt: bigint("finished_at"),
    version: bigint("version").notNull(),
    /** Of the request that has enqueued it, as is the trace: the header of W3C Trace Context. */
    requestId: text("request_id"),
    traceparent: text("traceparent"),
    /** Events for which its steps wait that came while it was active: it does not sleep then. */
    wakes: bigint("wakes").notNull().default(0),
  },
  (of) => [
    unique().on(of.workspaceId, of.queue, of.openKey),
    index("plinth_jobs_pending")
      .on(of.kind, of.workspaceId, of.queue, of.rank, of.runAt, of.id)
      .where(sql`state = 'pending'`),
    index("plinth_jobs_keyed").on(of.kind, of.workspaceId, of.queue, of.concurrencyKey).where(sql`state = 'pending'`),
    index("plinth_jobs_key")
      .on(of.workspaceId, of.queue, of.concurrencyKey)
      .where(sql`state = 'active' and concurrency_key is not null`),
    index("plinth_jobs_due").on(of.dueAt),
    index("plinth_jobs_scheduled").on(of.kind, of.dueAt).where(sql`state = 'scheduled'`),
    index("plinth_jobs_leased").on(of.dueAt).where(sql`state = 'active'`),
    index("plinth_jobs_listed").on(of.workspaceId, of.id),
    index("plinth_jobs_state").on(of.workspaceId, of.state, of.id),
    index("plinth_jobs_queue").on(of.workspaceId, of.queue, of.state, of.finishedAt),
    index("plinth_jobs_dead").on(of.workspaceId, of.finishedAt, of.id).where(sql`state = 'dead'`),
  ],
);
