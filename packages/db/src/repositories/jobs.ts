import { ALWAYS, FULL_ACCESS, type Mutation, type Row, type SqlDriver, type SqlQuery, type SqlRow } from "@plinth/core";
import { and, desc, eq, getTableColumns, inArray, lt } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind, takeTurn } from "../system/guard.ts";
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
}

/** The newest first. */
export function listJobRows(
  driver: SqlDriver,
  workspaceId: string,
  { state, queue, name, limit, before }: JobFilter & { readonly limit: number; readonly before?: string | undefined },
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

export interface JobClaim {
  readonly workspaceId: string;
  readonly queue: string;
  readonly kind: string;
  readonly now: number;
  readonly leaseUntil: number;
  readonly lease: string;
  readonly worker: string | null;
  readonly most: number;
}

/**
 * The jobs that are next, of which each is claimed once, however many ask. The attempt is counted now: a worker may die. There may
 * be fewer than asked for although more wait.
 */
export async function claimJobRows(driver: SqlDriver, claim: JobClaim): Promise<JobRow[]> {
  if (!(await hasClaimable(driver, claim))) return [];
  const found = await claimNext(driver, claim, BEFORE_KEYED);
  // What is claimed is not put at risk by another statement.
  return found.length > 0 ? found : claimNext(driver, claim, ONE_OF_A_KEY);
}

/** Those of the next jobs that may be claimed. */
interface Claimable {
  /** Of `plinth_jobs`, as `j`. */
  readonly where: string;
  /** Of the next ones, as `next`. */
  readonly outOfNext: string;
  /** Claims of the queue run one after the other: two at once would not see each other's. */
  readonly inTurn: boolean;
}

/** None with a concurrency key, and none that comes after such a one. */
const BEFORE_KEYED: Claimable = {
  where: "1 = 1",
  outOfNext: "not exists (select 1 from next k where k.concurrency_key is not null and k.place <= next.place)",
  inTurn: false,
};

/** All but those whose concurrency key is that of an active job, or of one before them. */
const ONE_OF_A_KEY: Claimable = {
  where: `(j.concurrency_key is null or not exists (select 1 from plinth_jobs a where a.workspace_id = j.workspace_id
    and a.queue = j.queue and a.concurrency_key = j.concurrency_key and a.state = 'active'))`,
  outOfNext: `not exists (select 1 from next k where k.concurrency_key = next.concurrency_key and k.place < next.place)`,
  inTurn: true,
};

async function claimNext(
  driver: SqlDriver,
  { workspaceId, queue, kind, now, leaseUntil, lease, worker, most }: JobClaim,
  { where, outOfNext, inTurn }: Claimable,
): Promise<JobRow[]> {
  const dialect = dialectOf(driver);
  // As a subquery of the condition, Postgres might look for the next jobs more than once.
  const sql = `with free as materialized (select id, concurrency_key, rank, run_at from plinth_jobs j
      where state = 'pending' and kind = ?5 and workspace_id = ?6 and queue = ?7 and ${where}
      order by rank, run_at, id limit ?8${dialect.skipLocked}),
    next as materialized (select id, concurrency_key, row_number() over (order by rank, run_at, id) as place from free)
    update plinth_jobs set state = 'active', attempts = attempts + 1, lease = ?1, worker = ?2, due_at = ?3,
      started_at = ?4, progress = null, version = version + 1
    where state = 'pending' and id in (select id from next where ${outOfNext}) returning *`;
  const params = [lease, worker, leaseUntil, now, kind, workspaceId, queue, most];
  const turn = inTurn ? takeTurn(driver, `jobs ${workspaceId} ${queue}`) : [];
  const query = numbered(dialect, sql, params);
  const { rows } = turn.length === 0 ? await driver.run(query) : (await driver.batch([...turn, query])).at(-1)!;
  return rows.map(jobIn).sort((a, b) => a.rank - b.rank || a.runAt - b.runAt || (a.id < b.id ? -1 : 1));
}

/** Concurrency keys of which one look finds out whether one is free. */
const MOST_KEYS = 100;

/**
 * Whether a job of the queue can be claimed: a read, so that workers that wait for one do not keep others from writing. Of those with a
 * concurrency key, the keys are looked at one by one, not their jobs. With very many keys it is taken that one is free.
 */
async function hasClaimable(
  driver: SqlDriver,
  { workspaceId, queue, kind }: Pick<JobClaim, "workspaceId" | "queue" | "kind">,
): Promise<boolean> {
  const pending = "from plinth_jobs where state = 'pending' and kind = ?1 and workspace_id = ?2 and queue = ?3";
  const next = (after: string) => `(select min(concurrency_key) ${pending} and concurrency_key ${after})`;
  const sql = `with recursive keys(name, place) as (select ${next("is not null")}, 1 union all
      select ${next("> keys.name")}, place + 1 from keys where name is not null and place <= ${MOST_KEYS})
    select 1 where exists (select 1 ${pending} and concurrency_key is null)
      or exists (select 1 from keys where name is not null and (place > ${MOST_KEYS} or not exists (select 1
        from plinth_jobs where workspace_id = ?2 and queue = ?3 and concurrency_key = keys.name and state = 'active')))`;
  return (await driver.all(numbered(dialectOf(driver), sql, [kind, workspaceId, queue]))).length > 0;
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
  /** When jobs are deleted that die now. */
  readonly deleteAt: number;
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
  { now, deleteAt, lost, most, before = [] }: JobRelease,
): Promise<number> {
  const dialect = dialectOf(driver);
  const dies = "state = 'active' and attempts >= max_attempts";
  const due = `((due_at <= cast(?1 as bigint) and state in ('scheduled', 'active'))
    or (state = 'active' and due_at > cast(?5 as bigint)))`;
  const sql = `with due as materialized (select id from plinth_jobs where ${due} order by due_at limit ?4${dialect.skipLocked})
    update plinth_jobs set
      state = case when ${dies} then 'dead' else 'pending' end,
      due_at = case when ${dies} then cast(?2 as bigint) end,
      finished_at = case when ${dies} then cast(?1 as bigint) end,
      open_key = case when ${dies} then null else open_key end,
      error = case when state = 'active' then cast(?3 as text) else error end,
      lease = null, version = version + 1
    where ${due} and id in (select id from due)`;
  const query = numbered(dialect, sql, [now, deleteAt, lost, most, now + LONGEST_LEASE_MS]);
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

/** Changes a job that is still its claimer's, after these statements of its batch. False: it is not. */
export async function changeClaimedJob(
  driver: SqlDriver,
  claimed: ClaimedJob,
  change: JobChange,
  before: readonly SqlQuery[] = [],
): Promise<boolean> {
  const { workspaceId, id, lease } = claimed;
  const it = and(eq(jobs.workspaceId, workspaceId), eq(jobs.id, id), eq(jobs.state, "active"), eq(jobs.lease, lease));
  const query = toQuery(systemDatabase(driver).update(jobs).set(change).where(it));
  const { changes } = before.length === 0 ? await driver.run(query) : (await driver.batch([...before, query])).at(-1)!;
  return changes > 0;
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

/** Drivers may return integers as texts. */
function jobIn(row: SqlRow): JobRow {
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
