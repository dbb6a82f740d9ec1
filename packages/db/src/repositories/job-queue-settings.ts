import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFindAtMost } from "../system/guard.ts";
import { jobQueues, jobStarts } from "../system/schema.ts";
import { JOB_STATES, type JobState } from "./jobs.ts";

export type JobQueueRow = typeof jobQueues.$inferSelect;

const NUMBERS = [
  "concurrency",
  "rateLimit",
  "rateMs",
  "maxAttempts",
  "backoffMs",
  "maxBackoffMs",
  "keepSucceededMs",
  "keepDeadMs",
] as const;

/** Drivers may return integers as texts. */
function queueIn(row: JobQueueRow): JobQueueRow {
  const numbers = NUMBERS.map((name) => [name, row[name] === null ? null : Number(row[name])] as const);
  return { ...row, ...Object.fromEntries(numbers), updatedAt: Number(row.updatedAt) };
}

/** What was set of the queues of a workspace. */
export async function listJobQueueRows(driver: SqlDriver, workspaceId: string): Promise<JobQueueRow[]> {
  const rows = await systemDatabase(driver).select().from(jobQueues).where(eq(jobQueues.workspaceId, workspaceId));
  return rows.map(queueIn);
}

export async function findJobQueueRow(
  driver: SqlDriver,
  workspaceId: string,
  queue: string,
): Promise<JobQueueRow | undefined> {
  const it = and(eq(jobQueues.workspaceId, workspaceId), eq(jobQueues.queue, queue));
  const [row] = await systemDatabase(driver).select().from(jobQueues).where(it);
  return row && queueIn(row);
}

/** Stores these settings of a queue in place of those that are there. The batch fails under the label where too many queues have some. */
export function saveJobQueueQueries(
  driver: SqlDriver,
  row: Partial<JobQueueRow> & Pick<JobQueueRow, "workspaceId" | "queue" | "updatedAt">,
  full: { readonly label: string; readonly most: number },
): SqlQuery[] {
  const { workspaceId, queue, ...set } = row;
  const db = systemDatabase(driver);
  const rows = db.select({ queue: jobQueues.queue }).from(jobQueues).where(eq(jobQueues.workspaceId, workspaceId));
  const starts = and(eq(jobStarts.workspaceId, workspaceId), eq(jobStarts.queue, queue));
  return [
    toQuery(
      db
        .insert(jobQueues)
        .values({ paused: false, ...row })
        .onConflictDoNothing(),
    ),
    toQuery(
      db
        .update(jobQueues)
        .set(set)
        .where(and(eq(jobQueues.workspaceId, workspaceId), eq(jobQueues.queue, queue))),
    ),
    ...mustFindAtMost(driver, full.label, { most: full.most, name: `job queues ${workspaceId}`, rows }),
    ...(row.rateLimit === null ? [toQuery(db.delete(jobStarts).where(starts))] : []),
  ];
}

/** Counts go no further. */
export const MOST_COUNTED_JOBS = 10_000;
/** Of the priorities of pending jobs, so many are looked at for the one that waits longest. */
const MOST_RANKS = 100;

export interface JobQueueFigures {
  readonly queue: string;
  /** Up to `MOST_COUNTED_JOBS` of each. */
  readonly counts: Readonly<Record<JobState, number>>;
  /** When the job could begin that waits longest. */
  readonly oldestPending: number | null;
  /** Jobs that have succeeded since a time. */
  readonly succeededSince: number;
}

/** The queues of a workspace that have jobs or settings, by their names, after one of them. */
export async function listJobQueueNames(
  driver: SqlDriver,
  { workspaceId, after, most }: { readonly workspaceId: string; readonly after: string; readonly most: number },
): Promise<string[]> {
  const next = (than: string) => `(select min(queue) from plinth_jobs where workspace_id = ?1 and queue > ${than})`;
  const sql = `with recursive found(name, place) as (select ${next("?2")}, 1 union all
      select ${next("found.name")}, place + 1 from found where name is not null and place < ?3)
    select name from (select name from found where name is not null
      union select queue from plinth_job_queues where workspace_id = ?1 and queue > ?2) names order by name limit ?3`;
  const rows = await driver.all(numbered(dialectOf(driver), sql, [workspaceId, after, most]));
  return rows.map(({ name }) => String(name));
}

/** What is in a queue. `kinds`: those that its pending jobs may be of. */
export async function readJobQueueFigures(
  driver: SqlDriver,
  which: {
    readonly workspaceId: string;
    readonly queue: string;
    readonly since: number;
    readonly kinds: readonly string[];
  },
): Promise<JobQueueFigures> {
  const { workspaceId, queue, since, kinds } = which;
  const jobs = (where: string) => `plinth_jobs where workspace_id = ?1 and queue = ?2 and ${where}`;
  const counted = (where: string) =>
    `(select count(*) from (select 1 from ${jobs(where)} limit ${MOST_COUNTED_JOBS}) c)`;
  const pending = (of: string) => `${jobs("state = 'pending'")} and kind = ${of}`;
  const kindRows = kinds.map((_, i) => `select cast(?${i + 4} as text) as kind`).join(" union all ");
  const sql = `with recursive kinds as (${kindRows}),
    ranks(kind, rank, place) as (select kind, (select min(rank) from ${pending("kinds.kind")}), 1 from kinds union all
      select kind, (select min(rank) from ${pending("ranks.kind")} and rank > ranks.rank), place + 1
        from ranks where rank is not null and place < ${MOST_RANKS})
    select ${JOB_STATES.map((state) => `${counted(`state = '${state}'`)} as ${state}`).join(", ")},
      ${counted("state = 'succeeded' and finished_at > ?3")} as lately,
      (select min((select min(run_at) from ${pending("ranks.kind")} and rank = ranks.rank)) from ranks) as oldest`;
  const [row] = await driver.all(numbered(dialectOf(driver), sql, [workspaceId, queue, since, ...kinds]));
  const counts = JOB_STATES.map((state) => [state, Number(row![state])] as const);
  return {
    queue,
    counts: Object.fromEntries(counts) as Record<JobState, number>,
    oldestPending: row!.oldest === null ? null : Number(row!.oldest),
    succeededSince: Number(row!.lately),
  };
}
