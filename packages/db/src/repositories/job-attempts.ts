import type { SqlDriver } from "@plinth/core";
import { and, asc, eq, gt, lte, or } from "drizzle-orm";
import { systemDatabase } from "../system/database.ts";
import { jobs } from "../system/schema.ts";
import { type ClaimedJob, type JobRow, LONGEST_LEASE_MS } from "./jobs.ts";
import { type RunProof, runColumn } from "./runs.ts";

/** That the job is its claimer's. */
export function claimProof({ workspaceId, id, lease }: ClaimedJob): RunProof {
  const where = "workspace_id = ?2 and id = ?3 and state = 'active' and lease = ?4";
  return { from: "plinth_jobs", where, params: [workspaceId, id, lease] };
}

/** That the job of a run is active, its lease has ended, and the attempt is not stored yet: it may not be released with it. Those that another process releases at the moment are left out. */
export function lostProof(now: number): RunProof {
  const due = "(due_at <= cast(?2 as bigint) or due_at > cast(?3 as bigint))";
  const where = `plinth_jobs.id = ${runColumn("jobId")} and state = 'active' and ${due} and not exists (select 1 from plinth_runs r
    where r.workspace_id = plinth_jobs.workspace_id and r.job_id = plinth_jobs.id and r.span_id = ${runColumn("spanId")})`;
  return { from: "plinth_jobs", where, params: [now, now + LONGEST_LEASE_MS], skipsLocked: true };
}

/** That the job of a run is stored, and has no run of this kind yet. */
export function unloggedProof(kind: string): RunProof {
  const where = `plinth_jobs.id = ${runColumn("jobId")} and not exists (select 1 from plinth_runs r
    where r.workspace_id = plinth_jobs.workspace_id and r.job_id = plinth_jobs.id and r.kind = ?2)`;
  return { from: "plinth_jobs", where, params: [kind] };
}

/** Active jobs whose lease has ended, as `releaseDueJobs` releases them. */
export function listLostJobs(driver: SqlDriver, now: number, most: number): Promise<JobRow[]> {
  const { state, dueAt } = jobs;
  return systemDatabase(driver)
    .select()
    .from(jobs)
    .where(and(eq(state, "active"), or(lte(dueAt, now), gt(dueAt, now + LONGEST_LEASE_MS))))
    .orderBy(asc(dueAt))
    .limit(most);
}
