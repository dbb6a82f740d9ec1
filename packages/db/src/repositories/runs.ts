import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, desc, eq, getTableColumns, gte, inArray, isNotNull, like, lt } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase } from "../system/database.ts";
import { runSpans, runs } from "../system/schema.ts";
import { rowsAsJson } from "./insert-rows.ts";

export type RunRow = typeof runs.$inferSelect;
export type RunSpanRow = typeof runSpans.$inferSelect;

/**
 * `suspended`: it goes on later, as another run. `cancelled`: nobody wants it any more, or its process has ended. `lost`: who ran it did not
 * report in time.
 */
export const RUN_STATUSES = ["running", "succeeded", "failed", "suspended", "cancelled", "lost"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/**
 * Runs are stored only while this row is there, which other writers cannot change until the batch ends: whoever has lost its claim stores no
 * run.
 */
export interface RunProof {
  /** A table and its conditions, in which `?2`, `?3` … stand for the parameters, and `runColumn` names those of the run. */
  readonly from: string;
  readonly where: string;
  readonly params: readonly (string | number)[];
  /** A row that another writer has locked counts as if it were not there. */
  readonly skipsLocked?: true;
}

/** The statement that stores runs. Rows are one parameter: hosts limit parameters. */
export function insertRuns(driver: SqlDriver, rows: readonly RunRow[], proof?: RunProof): SqlQuery {
  // Without a condition SQLite takes `on` for that of a join.
  const text = `${RUNS.insert(driver)} where ${holds(driver, proof) ?? "true"} on conflict do nothing`;
  return numbered(dialectOf(driver), text, [listOf(RUNS, rows), ...(proof?.params ?? [])]);
}

/** The statement that stores spans of runs that are stored. */
export function insertRunSpans(driver: SqlDriver, rows: readonly RunSpanRow[]): SqlQuery {
  const text = `${SPANS.insert(driver)}
    where exists (select 1 from plinth_runs r where r.id = value ->> 0) on conflict do nothing`;
  return numbered(dialectOf(driver), text, [listOf(SPANS, rows)]);
}

/** Stores a run that has begun, or lets one run again that has ended. */
export async function storeRunningRow(driver: SqlDriver, row: RunRow, proof?: RunProof): Promise<void> {
  const text = `${RUNS.insert(driver)} where ${holds(driver, proof) ?? "true"}
    on conflict (id) do update set status = 'running', ms = null, error = null`;
  await driver.run(numbered(dialectOf(driver), text, [listOf(RUNS, [row]), ...(proof?.params ?? [])]));
}

function holds(driver: SqlDriver, proof: RunProof | undefined): string | undefined {
  if (!proof) return undefined;
  const { lock, skipLocked } = dialectOf(driver);
  return `exists (select 1 from ${proof.from} where ${proof.where}${proof.skipsLocked ? skipLocked : lock})`;
}

export interface StoredRunEnd {
  readonly status: Exclude<RunStatus, "running">;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** JSON. */
  readonly error: string | null;
}

/** The statement that ends a run: with a proof, whatever others took it for; else one that is under way. */
export function endRun(
  driver: SqlDriver,
  id: string,
  { status, now, error }: StoredRunEnd,
  proof?: RunProof,
): SqlQuery {
  const params = proof?.params ?? [];
  const first = params.length + 2;
  const text = `update plinth_runs set status = ?1, ms = cast(?${first} as bigint) - started_at, error = ?${first + 1}
    where id = ?${first + 2} and ${holds(driver, proof) ?? "status = 'running'"}`;
  return numbered(dialectOf(driver), text, [status, ...params, now, error, id]);
}

/** The statement that ends runs that go on in several attempts, of those jobs that the same batch has cancelled before. */
export function cancelRunsOfJobs(
  driver: SqlDriver,
  workspaceId: string,
  { jobIds, now }: { readonly jobIds: readonly string[]; readonly now: number },
): SqlQuery {
  const dialect = dialectOf(driver);
  const text = `update plinth_runs set status = 'cancelled', ms = cast(?1 as bigint) - started_at where workspace_id = ?2
    and kind = 'flow' and status in ('running', 'suspended')
    and job_id in (select value ->> 0 from ${dialect.jsonElements("?3")})
    and exists (select 1 from plinth_jobs j where j.id = plinth_runs.job_id and j.state = 'cancelled')`;
  return numbered(dialect, text, [now, workspaceId, JSON.stringify(jobIds.map((id) => [id]))]);
}

export interface RunFilter {
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly status?: readonly RunStatus[] | undefined;
  readonly trigger?: string | undefined;
  readonly request?: string | undefined;
  readonly trace?: string | undefined;
  readonly job?: string | undefined;
  readonly item?: string | undefined;
  /** Milliseconds: those that began from the first time on, and those before the other. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Ids: those from the first one on, and those before the other. */
  readonly from?: string | undefined;
  readonly before?: string | undefined;
  /** Only these, or those of these jobs. */
  readonly ids?: readonly string[] | undefined;
  readonly jobs?: readonly string[] | undefined;
}

/** A run in a list, which is without its logs. */
export type ListedRunRow = Omit<RunRow, "logs">;

/** The newest first, unless said otherwise. */
export function listRuns(
  driver: SqlDriver,
  workspaceId: string,
  { limit, isOldestFirst, ...filter }: RunFilter & { readonly limit: number; readonly isOldestFirst?: boolean },
): Promise<ListedRunRow[]> {
  return systemDatabase(driver)
    .select(LISTED)
    .from(runs)
    .where(and(...conditionsOf(workspaceId, filter)))
    .orderBy(isOldestFirst ? asc(runs.id) : desc(runs.id))
    .limit(limit);
}

/** The same with their logs. */
export function listWholeRuns(
  driver: SqlDriver,
  workspaceId: string,
  { limit, ...filter }: RunFilter & { readonly limit: number },
): Promise<RunRow[]> {
  const wanted = and(...conditionsOf(workspaceId, filter));
  return systemDatabase(driver).select().from(runs).where(wanted).orderBy(desc(runs.id)).limit(limit);
}

/** Attempts at jobs of a kind that were stored from the first id on and before the other, the oldest first. */
export async function listAttempts(
  driver: SqlDriver,
  workspaceId: string,
  { jobKind, from, before, limit }: { jobKind: string; from: string; before: string; limit: number },
): Promise<{ id: string; jobId: string }[]> {
  const isOfKind = like(runs.attributes, `%"job.kind":${JSON.stringify(jobKind)}%`);
  const rows = await systemDatabase(driver)
    .select({ id: runs.id, jobId: runs.jobId })
    .from(runs)
    .where(and(...conditionsOf(workspaceId, { kind: "job", from, before }), isNotNull(runs.jobId), isOfKind))
    .orderBy(asc(runs.id))
    .limit(limit);
  return rows.map(({ id, jobId }) => ({ id, jobId: jobId! }));
}

export async function findRun(driver: SqlDriver, workspaceId: string, id: string): Promise<RunRow | undefined> {
  return (await listWholeRuns(driver, workspaceId, { ids: [id], limit: 1 }))[0];
}

/** In the order in which they began. */
export function listRunSpans(driver: SqlDriver, runId: string): Promise<RunSpanRow[]> {
  const { startedUs, spanId } = runSpans;
  return systemDatabase(driver)
    .select()
    .from(runSpans)
    .where(eq(runSpans.runId, runId))
    .orderBy(asc(startedUs), asc(spanId));
}

export async function countRunSpans(driver: SqlDriver, runId: string): Promise<number> {
  const text = "select count(*) as n from plinth_run_spans where run_id = ?1";
  return Number((await driver.all(numbered(dialectOf(driver), text, [runId])))[0]!.n);
}

/** How the runs of each name have ended that began since a time. Of a workspace, the most failures first. */
export async function countRunEnds(
  driver: SqlDriver,
  workspaceId: string,
  { since, most }: { readonly since: number; readonly most: number },
): Promise<{ kind: string; name: string; runs: number; failures: number }[]> {
  const text = `select kind, name, count(*) as runs, sum(case when status in ('failed', 'lost') then 1 else 0 end) as failures
    from plinth_runs as one where workspace_id = ?1 and started_at >= cast(?2 as bigint) and status in ('succeeded', 'failed', 'lost')
    and not (kind = 'job' and exists (select 1 from plinth_runs as part where part.workspace_id = one.workspace_id
      and part.job_id = one.job_id and part.kind in ('function', 'webhook', 'flow')))
    group by kind, name order by failures desc, kind, name limit ?3`;
  const rows = await driver.all(numbered(dialectOf(driver), text, [workspaceId, since, most]));
  return rows.map(({ kind, name, runs: n, failures }) => ({
    ...{ kind: String(kind), name: String(name), runs: Number(n), failures: Number(failures) },
  }));
}

function conditionsOf(workspaceId: string, { status, since, until, from, before, ids, jobs, ...equal }: RunFilter) {
  const { kind, name, trigger, request, trace, job, item } = equal;
  return [
    eq(runs.workspaceId, workspaceId),
    kind === undefined ? undefined : eq(runs.kind, kind),
    name === undefined ? undefined : eq(runs.name, name),
    status === undefined ? undefined : inArray(runs.status, [...status]),
    trigger === undefined ? undefined : eq(runs.trigger, trigger),
    request === undefined ? undefined : eq(runs.requestId, request),
    trace === undefined ? undefined : eq(runs.traceId, trace),
    job === undefined ? undefined : eq(runs.jobId, job),
    item === undefined ? undefined : eq(runs.item, item),
    since === undefined ? undefined : gte(runs.startedAt, since),
    until === undefined ? undefined : lt(runs.startedAt, until),
    from === undefined ? undefined : gte(runs.id, from),
    before === undefined ? undefined : lt(runs.id, before),
    ids === undefined ? undefined : inArray(runs.id, [...ids]),
    jobs === undefined ? undefined : inArray(runs.jobId, [...jobs]),
  ];
}

const RUNS = rowsAsJson(runs);
const SPANS = rowsAsJson(runSpans);
const { logs: _, ...LISTED } = getTableColumns(runs);

/** What a proof names a column of the run by. */
export const runColumn = (key: keyof RunRow): string =>
  `value ->> ${RUNS.columns.findIndex((column) => column.key === key)}`;

function listOf<Row>({ jsonOf }: { jsonOf(row: Row): string }, rows: readonly Row[]): string {
  return `[${rows.map(jsonOf).join(",")}]`;
}
