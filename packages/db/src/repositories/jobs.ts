import { ALWAYS, FULL_ACCESS, type Mutation, type Row, type SqlDriver, type SqlQuery, type SqlRow } from "@plinth/core";
import { and, desc, eq, getTableColumns, inArray, lt } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { JOB_COLLECTION } from "../system/jobs.ts";
import { jobs } from "../system/schema.ts";
import { conditionsOn } from "./conditions.ts";

export type JobRow = typeof jobs.$inferSelect;

/**
 * `scheduled`: it waits for its time, also for that of its next attempt. `pending`: it can be claimed. `dead`: no attempt
 * is left.
 */
export const JOB_STATES = ["scheduled", "pending", "active", "succeeded", "dead", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** States that a job leaves again. */
export const OPEN_JOB_STATES = ["scheduled", "pending", "active"] as const satisfies readonly JobState[];

const { equals } = conditionsOn(JOB_COLLECTION);

const COLUMNS = Object.entries(getTableColumns(jobs)) as [keyof JobRow, { name: string; getSQLType(): string }][];

/** The trees that store a job, for the batch of what causes it. The first one returns it, unless its open key is taken. */
export function enqueueTrees(row: JobRow): [Mutation, Mutation] {
  const { id, queue, workspaceId, openKey } = row;
  const stored = Object.fromEntries(COLUMNS.map(([key, { name }]) => [name, row[key]])) as unknown as Row;
  const on_conflict = { fields: ["workspace_id", "queue", "open_key"], update: null, where: ALWAYS, label: "job" };
  const it = openKey === null ? equals({ id }) : equals({ workspace_id: workspaceId, queue, open_key: openKey });
  const limit = { value: 1 };
  return [
    { kind: "insert", collection: JOB_COLLECTION, rows: [stored], on_conflict },
    {
      kind: "find",
      tree: { collection: JOB_COLLECTION, policy: FULL_ACCESS, where: it, select: null, sort: [], limit },
    },
  ];
}

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly queue?: string | undefined;
  readonly name?: string | undefined;
  readonly kind?: string | undefined;
}

/** The newest first. */
export function listJobRows(
  driver: SqlDriver,
  workspaceId: string,
  {
    state,
    queue,
    name,
    kind,
    limit,
    before,
  }: JobFilter & { readonly limit: number; readonly before?: string | undefined },
): Promise<JobRow[]> {
  return systemDatabase(driver)
    .select()
    .from(jobs)
    .where(
      and(
        eq(jobs.workspaceId, workspaceId),
        state === undefined ? undefined : eq(jobs.state, state),
        queue === undefined ? undefined : eq(jobs.queue, queue),
        name === undefined ? undefined : eq(jobs.name, name),
        kind === undefined ? undefined : eq(jobs.kind, kind),
        before === undefined ? undefined : lt(jobs.id, before),
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(limit);
}

export async function findJobRow(driver: SqlDriver, workspaceId: string, id: string): Promise<JobRow | undefined> {
  const it = and(eq(jobs.workspaceId, workspaceId), eq(jobs.id, id));
  return (await systemDatabase(driver).select().from(jobs).where(it))[0];
}

/** The job of the queue with this unique key that has not ended. */
export async function findJobByKey(
  driver: SqlDriver,
  workspaceId: string,
  { queue, key }: { readonly queue: string; readonly key: string },
): Promise<JobRow | undefined> {
  const it = and(eq(jobs.workspaceId, workspaceId), eq(jobs.queue, queue), eq(jobs.openKey, key));
  return (await systemDatabase(driver).select().from(jobs).where(it).limit(1))[0];
}

/** Whether `releaseDueJobs` or `deleteEndedJobs` may have something to do: a read. */
export async function hasDueJobs(driver: SqlDriver, now: number): Promise<boolean> {
  const sql = `select 1 where exists (select 1 from plinth_jobs where due_at <= ?1)
    or exists (select 1 from plinth_jobs where state = 'active' and due_at > ?2)`;
  return (await driver.all(numbered(dialectOf(driver), sql, [now, now + LONGEST_LEASE_MS]))).length > 0;
}

/** A later end of a lease is of a clock that was ahead, and has been set back. */
export const LONGEST_LEASE_MS = 3_600_000;

export interface JobRelease {
  readonly now: number;
  /** How long dead jobs are kept, unless their queue says otherwise. */
  readonly keepDeadMs: number;
  /** The error of a job whose worker did not report in time. */
  readonly lost: string;
  readonly most: number;
  /** Statements of the same batch. */
  readonly before?: readonly SqlQuery[];
}

/**
 * Makes jobs pending whose time has come or whose lease has ended, or would end later than any lease does; the latter two die where no
 * attempt is left.
 */
export async function releaseDueJobs(
  driver: SqlDriver,
  { now, keepDeadMs, lost, most, before = [] }: JobRelease,
): Promise<number> {
  const dialect = dialectOf(driver);
  const dies = "state = 'active' and attempts >= max_attempts";
  const due = `((due_at <= cast(?1 as bigint) and state in ('scheduled', 'active'))
    or (state = 'active' and due_at > cast(?5 as bigint)))`;
  const sql = `with due as materialized (select id from plinth_jobs where ${due} order by due_at limit ?4${dialect.skipLocked})
    update plinth_jobs set
      state = case when ${dies} then 'dead' else 'pending' end,
      due_at = case when ${dies} then cast(?1 as bigint) + coalesce((select q.keep_dead_ms from plinth_job_queues q
        where q.workspace_id = plinth_jobs.workspace_id and q.queue = plinth_jobs.queue), cast(?2 as bigint)) end,
      finished_at = case when ${dies} then cast(?1 as bigint) end,
      open_key = case when ${dies} then null else open_key end,
      error = case when state = 'active' then cast(?3 as text) else error end,
      lease = null, version = version + 1
    where ${due} and id in (select id from due)`;
  const query = numbered(dialect, sql, [now, keepDeadMs, lost, most, now + LONGEST_LEASE_MS]);
  return (before.length === 0 ? await driver.run(query) : (await driver.batch([...before, query])).at(-1)!).changes;
}

/** The condition, by the time `?1`, of jobs that ended long ago. */
export const DELETABLE_JOBS = "due_at <= ?1 and state in ('succeeded', 'dead', 'cancelled')";

/** Deletes jobs that ended long ago, the oldest first; returns how many. */
export async function deleteEndedJobs(driver: SqlDriver, now: number, most: number): Promise<number> {
  const next = `select id from plinth_jobs where ${DELETABLE_JOBS} order by due_at, id limit ?2`;
  const sql = `delete from plinth_jobs where ${DELETABLE_JOBS} and id in (${next})`;
  return (await driver.run(numbered(dialectOf(driver), sql, [now, most]))).changes;
}

export type ClaimedJob = Pick<JobRow, "workspaceId" | "id"> & { readonly lease: string };
export type JobChange = Partial<Omit<JobRow, "id" | "workspaceId">>;

/** Changes a job that is still its claimer's. False: it is not. */
export async function changeClaimedJob(driver: SqlDriver, claimed: ClaimedJob, change: JobChange): Promise<boolean> {
  const { workspaceId, id, lease } = claimed;
  const it = and(eq(jobs.workspaceId, workspaceId), eq(jobs.id, id), eq(jobs.state, "active"), eq(jobs.lease, lease));
  const query = toQuery(systemDatabase(driver).update(jobs).set(change).where(it));
  return (await driver.run(query)).changes > 0;
}

/** Gives a job back that sleeps, by its claimer. It goes on at once where an event came that it waits for. The attempt does not count. */
export async function suspendClaimedJob(
  driver: SqlDriver,
  claimed: ClaimedJob,
  until: number,
  before: readonly SqlQuery[],
): Promise<boolean> {
  const { workspaceId, id, lease } = claimed;
  const sql = `update plinth_jobs set state = case when wakes > 0 then 'pending' else 'scheduled' end, run_at = cast(?1 as bigint),
      due_at = case when wakes > 0 then null else cast(?1 as bigint) end, attempts = attempts - 1, error = null
    where workspace_id = ?2 and id = ?3 and state = 'active' and lease = ?4`;
  const query = numbered(dialectOf(driver), sql, [until, workspaceId, id, lease]);
  return (await driver.batch([...before, query])).at(-1)!.changes > 0;
}

/** The statements that change a job as it was read, while it is in one of these states; else their batch fails under the label. */
export function changeJobQueries(
  driver: SqlDriver,
  { workspaceId, id, version }: Pick<JobRow, "workspaceId" | "id" | "version">,
  states: readonly JobState[],
  change: JobChange & Pick<JobRow, "state">,
  label: string,
): SqlQuery[] {
  const it = and(eq(jobs.workspaceId, workspaceId), eq(jobs.id, id));
  const before = and(it, eq(jobs.version, version), inArray(jobs.state, [...states]));
  const after = and(it, eq(jobs.version, version + 1), eq(jobs.state, change.state));
  const database = systemDatabase(driver);
  return [
    toQuery(
      database
        .update(jobs)
        .set({ ...change, version: version + 1 })
        .where(before),
    ),
    mustFind(driver, label, database.select({ id: jobs.id }).from(jobs).where(after)),
  ];
}

/** The columns of the table. */
export const JOB_COLUMNS: readonly string[] = COLUMNS.map(([, { name }]) => name);

/** A job as a statement returns it: drivers may return integers as texts. */
export function jobIn(row: SqlRow): JobRow {
  return Object.fromEntries(
    COLUMNS.map(([key, column]) => {
      const value = row[column.name] ?? null;
      return [key, value !== null && column.getSQLType() === "bigint" ? Number(value) : value];
    }),
  ) as unknown as JobRow;
}

/** The job that the trees of `enqueueTrees` have found or stored. */
export function jobInRow(row: Row): JobRow {
  return jobIn(row as SqlRow);
}
