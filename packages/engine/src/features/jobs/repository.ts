import type { SqlDriver, SqlQuery } from "@plinth/core";
import { DELETABLE_JOBS } from "@plinth/db";
import { and, asc, database, eq, gt, jobs, mustFind, mustFindAtMost, statement, toQuery } from "@plinth/db/tables";
import { jobStepTable } from "./tables.ts";

export type JobStepRow = typeof jobStepTable.$inferSelect;

/** In the order in which they were kept. */
export function listStepRows(
  driver: SqlDriver,
  { workspaceId, jobId }: Pick<JobStepRow, "workspaceId" | "jobId">,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<JobStepRow[]> {
  const own = and(eq(jobStepTable.workspaceId, workspaceId), eq(jobStepTable.jobId, jobId));
  return database(driver)
    .select()
    .from(jobStepTable)
    .where(after === undefined ? own : and(own, gt(jobStepTable.id, after)))
    .orderBy(asc(jobStepTable.id))
    .limit(limit);
}

export interface StepGuards {
  /** The label where the job is not active under the lease. */
  readonly lost: string;
  /** The label where the job has more than `most` steps. */
  readonly full: string;
  readonly most: number;
}

/** The statements that keep a step's result, unless one is kept; the last one reads it. */
export function keepStepQueries(
  driver: SqlDriver,
  row: JobStepRow,
  lease: string,
  { lost, full, most }: StepGuards,
): SqlQuery[] {
  const { jobId, workspaceId } = row;
  const db = database(driver);
  const claimed = and(
    eq(jobs.id, jobId),
    eq(jobs.workspaceId, workspaceId),
    eq(jobs.state, "active"),
    eq(jobs.lease, lease),
  );
  const ofJob = eq(jobStepTable.jobId, jobId);
  const rows = db.select({ id: jobStepTable.id }).from(jobStepTable).where(ofJob);
  return [
    mustFind(driver, lost, db.select({ id: jobs.id }).from(jobs).where(claimed)),
    toQuery(db.insert(jobStepTable).values(row).onConflictDoNothing()),
    ...mustFindAtMost(driver, full, { most, name: `steps ${jobId}`, rows }),
    toQuery(
      db
        .select()
        .from(jobStepTable)
        .where(and(ofJob, eq(jobStepTable.name, row.name))),
    ),
  ];
}

/** Deletes at most so many steps of the jobs that `deleteEndedJobs` deletes next; returns how many. */
export async function deleteStepsOfEnded(driver: SqlDriver, now: number, most: number): Promise<number> {
  const sql = `delete from plinth_jobs_steps where id in (select id from plinth_jobs_steps
    where job_id in (select id from plinth_jobs where ${DELETABLE_JOBS} order by due_at, id limit ?2) limit ?2)`;
  return (await driver.run(statement(driver, sql, [now, most]))).changes;
}
