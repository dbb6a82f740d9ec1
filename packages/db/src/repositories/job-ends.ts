import { longTextField, type SqlDriver, type SqlQuery } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { runs } from "../system/schema.ts";
import { MOST_CHARS, rowsAsJson } from "./insert-rows.ts";
import { JOB_COLUMNS, type JobChange, type JobRow, type JobState, jobIn } from "./jobs.ts";
import type { RunRow } from "./runs.ts";

/** What becomes of a job whose attempt ends. What is left out stays as it is, but its error: that is then none. */
export interface JobEndChange extends Pick<JobChange, "runAt" | "finishedAt" | "result" | "error"> {
  readonly state: JobState;
  readonly dueAt: number | null;
}

/** The end of one attempt, by its claimer. */
export interface JobEnd {
  readonly id: string;
  readonly lease: string;
  readonly change: JobEndChange;
  /** The attempt does not count, and its lease is over. */
  readonly isGivenBack?: boolean;
  /** The attempt as it is logged. */
  readonly run: RunRow | undefined;
}

/** A job as its report needs it: without what it holds, but for the payload of those that were asked for. */
export type ReportedJobRow = Omit<JobRow, "progress" | "result">;

const LEFT_OUT = new Set(["payload", "progress", "result"]);

/** The jobs of a workspace that reports are about. `withPayload`: those whose payload is read too; of others it is empty. */
export async function findReportedJobs(
  driver: SqlDriver,
  workspaceId: string,
  { ids, withPayload }: { readonly ids: readonly string[]; readonly withPayload: readonly string[] },
): Promise<Map<string, ReportedJobRow>> {
  const dialect = dialectOf(driver);
  const names = JOB_COLUMNS.filter((name) => !LEFT_OUT.has(name)).join(", ");
  const sql = `select ${names}, case when ${dialect.isAnyOf("id", "?3")} then payload else '' end as payload
    from plinth_jobs where workspace_id = ?1 and ${dialect.isAnyOf("id", "?2")}`;
  const lists = [ids, withPayload].map((list) => dialect.encodeList(longTextField("id"), list));
  const rows = await driver.all(numbered(dialect, sql, [workspaceId, ...lists]));
  return new Map(rows.map((row) => [String(row.id), jobIn(row)]));
}

const RUNS = rowsAsJson(runs);
const JOB_OF_RUN = RUNS.columns.findIndex(({ key }) => key === "jobId");

/**
 * Ends attempts of a workspace that are still their claimers', and logs them in the same transaction. Returns the ids of these jobs; all others are as
 * they were. `before`: statements of the same batch.
 */
export async function endClaimedJobs(
  driver: SqlDriver,
  workspaceId: string,
  ends: readonly JobEnd[],
  before: readonly SqlQuery[] = [],
): Promise<Set<string>> {
  const ended = new Set<string>();
  // Batches that end the same jobs do so in the same order.
  const sorted = ends.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const some of bounded(sorted)) {
    const queries = [...before, ...endQueries(driver, workspaceId, some)];
    const last = queries.length === 1 ? await driver.run(queries[0]!) : (await driver.batch(queries)).at(-1)!;
    for (const { id } of last.rows) ended.add(String(id));
  }
  return ended;
}

/** Ends as one parameter each. */
interface EndTexts {
  readonly end: string;
  readonly run: string | undefined;
}

function* bounded(ends: readonly JobEnd[]): Generator<EndTexts[]> {
  let some: EndTexts[] = [];
  let chars = 0;
  for (const one of ends) {
    const texts = { end: endText(one), run: runText(one) };
    const length = texts.end.length + (texts.run?.length ?? 0);
    if (some.length > 0 && chars + length > MOST_CHARS) {
      yield some;
      some = [];
      chars = 0;
    }
    some.push(texts);
    chars += length;
  }
  if (some.length > 0) yield some;
}

const orNull = <T>(value: T | null | undefined): T | null => value ?? null;

function endText({ id, lease, change, isGivenBack = false }: JobEnd): string {
  const { state, dueAt, runAt, finishedAt, result, error } = change;
  const more = [orNull(runAt), orNull(finishedAt), orNull(result), orNull(error), isGivenBack ? 1 : 0];
  return JSON.stringify([id, lease, state, dueAt, ...more]);
}

/** With the lease after the run's own columns. */
function runText({ run, lease }: JobEnd): string | undefined {
  return run && `${RUNS.jsonOf(run).slice(0, -1)},${JSON.stringify(lease)}]`;
}

/** The last one returns the ids of the jobs that have ended. */
function endQueries(driver: SqlDriver, workspaceId: string, some: readonly EndTexts[]): SqlQuery[] {
  const dialect = dialectOf(driver);
  const [ends, logged] = [some.map(({ end }) => end), some.flatMap(({ run }) => (run === undefined ? [] : [run]))];
  const [endsText, loggedText] = [`[${ends.join(",")}]`, `[${logged.join(",")}]`];
  // Found by their ids: an index of states has all that have been active of late.
  const claimed = "workspace_id = ?2 and state || '' = 'active'";
  const end = `update plinth_jobs set state = new_state, due_at = new_due_at, run_at = coalesce(new_run_at, run_at),
      finished_at = new_finished_at, open_key = case when new_finished_at is null then open_key end,
      result = coalesce(new_result, result), error = case when given_back = 1 then error else new_error end,
      attempts = attempts - given_back, lease = case when given_back = 1 then null else lease end
    from (select value ->> 0 as job, value ->> 1 as claim, value ->> 2 as new_state, cast(value ->> 3 as bigint) as new_due_at,
      cast(value ->> 4 as bigint) as new_run_at, cast(value ->> 5 as bigint) as new_finished_at, value ->> 6 as new_result,
      value ->> 7 as new_error, cast(value ->> 8 as bigint) as given_back from ${dialect.jsonElements("?1")}) ended
    where id = job and ${claimed} and lease = claim returning id`;
  if (logged.length === 0) return [numbered(dialect, end, [endsText, workspaceId])];
  const job = `value ->> ${JOB_OF_RUN}`;
  if (dialect.writesInWith) {
    const log = `${RUNS.insert(driver, "?3")} where ${job} in (select id from done) on conflict do nothing`;
    const sql = `with done as (${end}), logged as (${log}) select id from done`;
    return [numbered(dialect, sql, [endsText, workspaceId, loggedText])];
  }
  const proof = `exists (select 1 from plinth_jobs where id = ${job} and ${claimed} and lease = value ->> ${RUNS.columns.length})`;
  const log = `${RUNS.insert(driver)} where ${proof} on conflict do nothing`;
  return [numbered(dialect, log, [loggedText, workspaceId]), numbered(dialect, end, [endsText, workspaceId])];
}
