import { bigint, index, jobs, ofWorkspace, table, text, unique } from "@plinth/db/tables";

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
