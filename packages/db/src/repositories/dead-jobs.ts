import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, inArray, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { jobs, jobTriggers } from "../system/schema.ts";
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
