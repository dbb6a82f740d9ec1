import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  database,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  jobs,
  mustFind,
  mustFindAtMost,
  sql,
  statement,
  toQuery,
} from "@plinth/db/tables";
import { jobEventTable, jobWaitTable } from "../tables.ts";

export type JobEventRow = typeof jobEventTable.$inferSelect;
export type JobWaitRow = typeof jobWaitTable.$inferSelect;

export function insertJobEvent(driver: SqlDriver, row: JobEventRow): SqlQuery {
  return toQuery(database(driver).insert(jobEventTable).values(row));
}

/** Events that may not have reached all that wait for them, the oldest first. */
export function pendingJobEvents(driver: SqlDriver, most: number): Promise<JobEventRow[]> {
  return database(driver)
    .select()
    .from(jobEventTable)
    .where(sql`${jobEventTable.pending} = 1`)
    .orderBy(asc(jobEventTable.id))
    .limit(most);
}

export async function settleJobEvent(driver: SqlDriver, id: string): Promise<void> {
  await driver.run(
    toQuery(database(driver).update(jobEventTable).set({ pending: false }).where(eq(jobEventTable.id, id))),
  );
}

/** Deletes some events of before a time; returns how many. */
export async function deleteOldJobEvents(driver: SqlDriver, before: number, most: number): Promise<number> {
  const text = `delete from plinth_jobs_events where id in
    (select id from plinth_jobs_events where created_at < ?1 and pending = 0 order by created_at limit ?2)`;
  return (await driver.run(statement(driver, text, [before, most]))).changes;
}

export interface WaitGuards {
  readonly lease: string;
  /** The label where the job is not active under the lease. */
  readonly lost: string;
  /** The label where the job has more than `most` waits. */
  readonly full: string;
  readonly most: number;
}

/** The statements that store that a step waits, unless it does; the last one reads what is stored. */
export function insertWaitQueries(
  driver: SqlDriver,
  row: JobWaitRow,
  { lease, lost, full, most }: WaitGuards,
): SqlQuery[] {
  const db = database(driver);
  const own = and(eq(jobs.id, row.jobId), eq(jobs.workspaceId, row.workspaceId));
  const claimed = and(own, eq(jobs.state, "active"), eq(jobs.lease, lease));
  const ofJob = eq(jobWaitTable.jobId, row.jobId);
  const rows = db.select({ id: jobWaitTable.id }).from(jobWaitTable).where(ofJob);
  const insert = `insert into plinth_jobs_waits (id, workspace_id, job_id, step, name, key, until, after_event)
    select cast(?1 as text), cast(?2 as text), cast(?3 as text), cast(?4 as text), cast(?5 as text), cast(?6 as text), cast(?7 as bigint),
      coalesce((select max(w.event_id) from plinth_jobs_waits w where w.job_id = ?3 and w.name = ?5 and w.key = ?6), '')
    where true on conflict do nothing`;
  const { id, workspaceId, jobId, step, name, key, until } = row;
  return [
    mustFind(driver, lost, db.select({ id: jobs.id }).from(jobs).where(claimed)),
    statement(driver, insert, [id, workspaceId, jobId, step, name, key, until]),
    ...mustFindAtMost(driver, full, { most, name: `waits ${jobId}`, rows }),
    toQuery(
      db
        .select()
        .from(jobWaitTable)
        .where(and(ofJob, eq(jobWaitTable.step, step))),
    ),
  ];
}

/** The first event for a step that waits, of those since a time. */
export async function findEventFor(
  driver: SqlDriver,
  { workspaceId, name, key, afterEvent }: JobWaitRow,
  since: number,
): Promise<JobEventRow | undefined> {
  const { id, createdAt, ...own } = jobEventTable;
  const [row] = await database(driver)
    .select()
    .from(jobEventTable)
    .where(
      and(
        eq(own.workspaceId, workspaceId),
        eq(own.name, name),
        eq(own.key, key),
        gt(id, afterEvent),
        gte(createdAt, since),
      ),
    )
    .orderBy(asc(id))
    .limit(1);
  return row;
}

/** For the batch that keeps the step's result: it waits no more. `eventId` is empty where none came in time. */
export function endWait(driver: SqlDriver, { id }: Pick<JobWaitRow, "id">, eventId: string): SqlQuery {
  const it = and(eq(jobWaitTable.id, id), isNull(jobWaitTable.eventId));
  return toQuery(database(driver).update(jobWaitTable).set({ eventId }).where(it));
}

/** Steps of jobs that have not ended and wait for an event, as far as it is not older than the job: their ids. */
export async function waitsFor(
  driver: SqlDriver,
  event: JobEventRow,
  { graceMs, most }: { readonly graceMs: number; readonly most: number },
): Promise<string[]> {
  const text = `select w.id from plinth_jobs_waits w join plinth_jobs j on j.id = w.job_id
    where w.workspace_id = ?1 and w.name = ?2 and w.key = ?3 and w.event_id is null and w.after_event < ?4
      and j.state in ('scheduled', 'pending', 'active') and j.created_at <= ?5 limit ?6`;
  const { workspaceId, name, key, id, createdAt } = event;
  const params = [workspaceId, name, key, id, Number(createdAt) + graceMs, most];
  return (await driver.all(statement(driver, text, params))).map((row) => String(row.id));
}

export interface WokenJob {
  readonly kind: string;
  readonly queue: string;
}

/**
 * Keeps an event as the result of the steps that wait for it, and wakes their jobs: one that sleeps goes on, and one that is active will not
 * sleep. One that has failed goes on when its next attempt comes.
 */
export async function deliverEvent(
  driver: SqlDriver,
  event: JobEventRow,
  { waits, result, now }: { readonly waits: readonly string[]; readonly result: string; readonly now: number },
): Promise<WokenJob[]> {
  const numbers = waits.map((_, i) => `?${i + 3}`).join(", ");
  const steps = `insert into plinth_jobs_steps (id, workspace_id, job_id, name, result, created_at)
    select id, workspace_id, job_id, step, cast(?1 as text), cast(?2 as bigint) from plinth_jobs_waits
    where id in (${numbers}) and event_id is null on conflict do nothing`;
  const wakes = "state = 'scheduled' and error is null";
  const wake = `update plinth_jobs set wakes = wakes + 1, version = version + 1,
      run_at = case when ${wakes} then cast(?1 as bigint) else run_at end,
      due_at = case when ${wakes} then null else due_at end,
      state = case when ${wakes} then 'pending' else state end
    where workspace_id = ?2 and state in ('scheduled', 'active') and id in
      (select job_id from plinth_jobs_waits where id in (${numbers}) and event_id is null) returning kind, queue, state`;
  const results = await driver.batch([
    statement(driver, steps, [result, now, ...waits]),
    statement(driver, wake, [now, event.workspaceId, ...waits]),
    toQuery(
      database(driver)
        .update(jobWaitTable)
        .set({ eventId: event.id })
        .where(and(inArray(jobWaitTable.id, [...waits]), isNull(jobWaitTable.eventId))),
    ),
  ]);
  const woken = results[1]!.rows.filter(({ state }) => state === "pending");
  return woken.map(({ kind, queue }) => ({ kind: String(kind), queue: String(queue) }));
}
