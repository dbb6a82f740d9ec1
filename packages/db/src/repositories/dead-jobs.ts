import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind, takeTurn } from "../system/guard.ts";
import { jobs, jobTriggers } from "../system/schema.ts";
import type { JobTriggerRow, TriggerProgress } from "./job-triggers.ts";
import type { JobRow } from "./jobs.ts";

/** The kind of triggers that look for jobs that have died. */
export const JOB_FAILED = "job_failed";

/** Where a look at dead jobs goes on: after this time, and of this time after this id. */
export interface DeadJobsCursor {
  readonly at: number;
  readonly id: string;
}

/** Jobs of a workspace that have died, the one that did first comes first. */
export function listDeadJobs(
  driver: SqlDriver,
  workspaceId: string,
  { after, limit }: { readonly after: DeadJobsCursor; readonly limit: number },
): Promise<JobRow[]> {
  const { finishedAt, id } = jobs;
  // Not as a parameter: the index holds those that are dead, and a statement must say so to use it.
  const dead = and(eq(jobs.workspaceId, workspaceId), sql.raw("plinth_jobs.state = 'dead'"));
  const later = or(gt(finishedAt, after.at), and(eq(finishedAt, after.at), gt(id, after.id)));
  return systemDatabase(driver)
    .select()
    .from(jobs)
    .where(and(dead, sql`${finishedAt} >= cast(${after.at} as bigint)`, later))
    .orderBy(asc(finishedAt), asc(id))
    .limit(limit);
}

/** For the batch in which jobs die: has the triggers of their workspaces look that are about it. */
export function hastenFailureTriggers(driver: SqlDriver, workspaceIds: readonly string[], now: number): SqlQuery[] {
  if (workspaceIds.length === 0) return [];
  const { workspaceId, kind, enabled, dueAt, version } = jobTriggers;
  const theirs = and(inArray(workspaceId, [...workspaceIds]), eq(kind, JOB_FAILED), eq(enabled, true));
  const sooner = sql`case when ${dueAt} < cast(${now} as bigint) then ${dueAt} else cast(${now} as bigint) end`;
  const change = { dueAt: sooner, version: sql`${version} + 1` };
  return [toQuery(systemDatabase(driver).update(jobTriggers).set(change).where(theirs))];
}

/**
 * As `moveJobTrigger`. A job that has died meanwhile does not fail the batch, as where jobs die all the time nothing would ever be stored:
 * the trigger stays due instead.
 */
export function moveFailureTrigger(
  driver: SqlDriver,
  row: JobTriggerRow,
  progress: TriggerProgress,
  label: string,
): SqlQuery[] {
  const { id, spec, job, enabled, doneAt, resume, dueAt, version } = jobTriggers;
  const place = row.resume === null ? isNull(resume) : eq(resume, row.resume);
  const asRead = and(
    eq(id, row.id),
    eq(enabled, true),
    eq(spec, row.spec),
    eq(job, row.job),
    eq(doneAt, row.doneAt!),
    place,
  );
  const due = sql`case when ${version} = cast(${row.version} as bigint) then cast(${progress.dueAt ?? null} as bigint) else ${dueAt} end`;
  const database = systemDatabase(driver);
  return [
    ...takeTurn(driver, `trigger ${row.id}`),
    mustFind(driver, label, database.select({ id }).from(jobTriggers).where(asRead)),
    toQuery(
      database
        .update(jobTriggers)
        .set({ ...progress, dueAt: due })
        .where(asRead),
    ),
  ];
}
