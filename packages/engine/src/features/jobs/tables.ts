import { bigint, booleanColumn, index, jobs, ofWorkspace, sql, table, text, unique } from "@plinth/db/tables";

/** The results of jobs' steps. They go with their job. */
export const jobStepTable = table(
  "plinth_jobs_steps",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    jobId: text("job_id")
      .notNull()
      .references(() => jobs.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** JSON. */
    result: text("result").notNull(),
    createdAt: bigint("created_at").notNull(),
  },
  (of) => [
    unique().on(of.jobId, of.name),
    index("plinth_jobs_steps_listed").on(of.jobId, of.id),
    index("plinth_jobs_steps_workspace").on(of.workspaceId),
  ],
);

/** Events that jobs' steps wait for. Kept for some days. */
export const jobEventTable = table(
  "plinth_jobs_events",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    name: text("name").notNull(),
    /** Empty: it has none. */
    key: text("key").notNull(),
    /** JSON. */
    payload: text("payload").notNull(),
    createdBy: text("created_by"),
    createdAt: bigint("created_at").notNull(),
    /** It may not have reached all that wait for it. */
    pending: booleanColumn("pending").notNull(),
  },
  (of) => [
    index("plinth_jobs_events_found").on(of.workspaceId, of.name, of.key, of.id),
    index("plinth_jobs_events_created").on(of.createdAt),
    index("plinth_jobs_events_pending").on(of.id).where(sql`pending = 1`),
  ],
);

/** Steps that wait for an event, or did. They go with their job. */
export const jobWaitTable = table(
  "plinth_jobs_waits",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    jobId: text("job_id")
      .notNull()
      .references(() => jobs.id, { onDelete: "cascade" }),
    step: text("step").notNull(),
    name: text("name").notNull(),
    /** Empty: it has none. */
    key: text("key").notNull(),
    /** Milliseconds since the epoch. */
    until: bigint("until").notNull(),
    /** The event that the job's last wait for the same has got: this one waits for a later one. */
    afterEvent: text("after_event").notNull(),
    /** What it has got. Null: it waits. Empty: none came in time. */
    eventId: text("event_id"),
  },
  (of) => [
    unique().on(of.jobId, of.step),
    index("plinth_jobs_waits_waiting").on(of.workspaceId, of.name, of.key).where(sql`event_id is null`),
  ],
);
