import type { SqlDriver, SqlQuery } from "@plinth/core";
import { DELETABLE_JOBS } from "@plinth/db";
import {
  and,
  asc,
  database,
  eq,
  gt,
  gte,
  inArray,
  jobs,
  mustFind,
  mustFindAtMost,
  or,
  statement,
  toQuery,
} from "@plinth/db/tables";
import { jobStepTable, jobWaitTable } from "./tables.ts";

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

/** The id of the first step that was kept of this name, or of names that begin with it and `.` or `#`. */
export async function firstStepOf(driver: SqlDriver, jobId: string, name: string): Promise<string | undefined> {
  const text = `select min(id) as id from plinth_jobs_steps where job_id = ?1
    and (name = ?2 or substr(name, 1, ?3) in (?4, ?5))`;
  const params = [jobId, name, name.length + 1, `${name}.`, `${name}#`];
  const { rows } = await driver.run(statement(driver, text, params));
  return (rows[0]?.id as string | null | undefined) ?? undefined;
}

/** The statements that forget this step and all that were kept after it, with the events that they have waited for. */
export function deleteStepsFrom(driver: SqlDriver, jobId: string, id: string): SqlQuery[] {
  const db = database(driver);
  const later = and(eq(jobStepTable.jobId, jobId), gte(jobStepTable.id, id));
  const names = db.select({ name: jobStepTable.name }).from(jobStepTable).where(later);
  const since = or(gte(jobWaitTable.id, id), inArray(jobWaitTable.step, names));
  return [
    toQuery(db.delete(jobWaitTable).where(and(eq(jobWaitTable.jobId, jobId), since))),
    toQuery(db.delete(jobStepTable).where(later)),
  ];
}

/** Deletes at most so many steps of the jobs that `deleteEndedJobs` deletes next; returns how many. */
export async function deleteStepsOfEnded(driver: SqlDriver, now: number, most: number): Promise<number> {
  const sql = `delete from plinth_jobs_steps where id in (select id from plinth_jobs_steps
    where job_id in (select id from plinth_jobs where ${DELETABLE_JOBS} order by due_at, id limit ?2) limit ?2)`;
  return (await driver.run(statement(driver, sql, [now, most]))).changes;
}
