import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { jobs } from "../system/schema.ts";
import type { JobRow, JobState } from "./jobs.ts";
import { pieces } from "./pieces.ts";

/** Which jobs of a queue are changed together. Times are those of their ends, in milliseconds. */
export interface JobSelection {
  readonly workspaceId: string;
  readonly queue: string;
  readonly states: readonly JobState[];
  readonly name?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Those after this one. */
  readonly after?: string | undefined;
}

export interface SelectedJob extends Pick<JobRow, "id" | "kind" | "queue" | "uniqueKey"> {
  /** Another job with its unique key has not ended. */
  readonly isKeyTaken: boolean;
}

/** A slice of them, the oldest first. */
export async function selectJobs(driver: SqlDriver, which: JobSelection, most: number): Promise<SelectedJob[]> {
  const { workspaceId, queue, states, name, since, until, after } = which;
  // Without the table's name, a column would be that of the other job.
  const taken = sql<number>`(select count(*) from plinth_jobs o where o.workspace_id = plinth_jobs.workspace_id
    and o.queue = plinth_jobs.queue and o.open_key = plinth_jobs.unique_key and o.id <> plinth_jobs.id)`;
  const rows = await systemDatabase(driver)
    .select({ id: jobs.id, kind: jobs.kind, queue: jobs.queue, uniqueKey: jobs.uniqueKey, taken })
    .from(jobs)
    .where(
      and(
        eq(jobs.workspaceId, workspaceId),
        eq(jobs.queue, queue),
        inArray(jobs.state, [...states]),
        name === undefined ? undefined : eq(jobs.name, name),
        since === undefined ? undefined : gte(jobs.finishedAt, since),
        until === undefined ? undefined : lt(jobs.finishedAt, until),
        after === undefined ? undefined : gt(jobs.id, after),
      ),
    )
    .orderBy(asc(jobs.id))
    .limit(most);
  return rows.map(({ taken, ...row }) => ({ ...row, isKeyTaken: Number(taken) > 0 }));
}

type JobColumns = { readonly [K in keyof JobRow]?: JobRow[K] | SQL };

/** The statements that change these jobs of a workspace, as far as they are still in one of these states. */
export function changeJobs(
  driver: SqlDriver,
  { workspaceId, states, ids }: Pick<JobSelection, "workspaceId" | "states"> & { readonly ids: readonly string[] },
  change: JobColumns,
): SqlQuery[] {
  const own = and(eq(jobs.workspaceId, workspaceId), inArray(jobs.state, [...states]));
  const set = { ...change, version: sql`version + 1` };
  return [...pieces(driver, ids)].map((some) =>
    toQuery(
      systemDatabase(driver)
        .update(jobs)
        .set(set)
        .where(and(own, inArray(jobs.id, some))),
    ),
  );
}

/** In place of a value: the unique key of the job. */
export const OWN_UNIQUE_KEY = sql`unique_key`;
