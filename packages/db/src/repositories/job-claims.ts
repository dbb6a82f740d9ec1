import type { Row, SqlDriver } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { takeTurn } from "../system/guard.ts";
import { countStarts, hasNoLimit, isClosed, isLimited, isWithinLimits } from "./job-limits.ts";
import { type JobRow, jobInRow } from "./jobs.ts";

export interface JobClaim {
  readonly workspaceId: string;
  readonly queue: string;
  readonly kind: string;
  readonly now: number;
  readonly leaseUntil: number;
  readonly lease: string;
  readonly worker: string | null;
  readonly most: number;
  /**
   * So many more, of a queue without limits, that its worker will begin soon. None has a concurrency key, and none would have its last attempt, which
   * a worker that dies would use up without having begun it.
   */
  readonly ahead?: number;
}

/** Of what is claimed ahead. */
const MOST_BYTES_AHEAD = 1_048_576;

/**
 * The jobs that are next, of which each is claimed once, however many ask. The attempt is counted now: a worker may die. There may
 * be fewer than asked for although more wait.
 */
export async function claimJobRows(driver: SqlDriver, claim: JobClaim): Promise<JobRow[]> {
  const { ahead = 0, most } = claim;
  // A worker claims ahead only if its last claim found as many jobs as it asked for.
  if (ahead > 0) {
    const found = await claimNext(driver, claim, BEFORE_KEYED);
    if (found.length > 0) return found;
  }
  const look = most > 0 ? await lookForClaimable(driver, claim) : undefined;
  if (!look) return [];
  if (look.isLimited) return claimNext(driver, claim, WITHIN_LIMITS);
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
  /** What begins is counted. */
  readonly counted?: boolean;
  /** Jobs may be claimed ahead. */
  readonly mayBeAhead?: boolean;
}

/** The queue of a claim, in its statement. */
const QUEUE = { workspace: "?6", queue: "?7" };

/** None with a concurrency key, and none that comes after such a one. */
const BEFORE_KEYED: Claimable = {
  where: hasNoLimit(QUEUE),
  outOfNext: "next.keyed = 0",
  inTurn: false,
  mayBeAhead: true,
};

/** None whose concurrency key is that of an active job, or of one before it. */
const KEY_IS_FREE = {
  where: `(j.concurrency_key is null or not exists (select 1 from plinth_jobs a where a.workspace_id = j.workspace_id
    and a.queue = j.queue and a.concurrency_key = j.concurrency_key and a.state = 'active'))`,
  outOfNext: `not exists (select 1 from next k where k.concurrency_key = next.concurrency_key and k.place < next.place)`,
};

const ONE_OF_A_KEY: Claimable = {
  where: `${hasNoLimit(QUEUE)} and ${KEY_IS_FREE.where}`,
  outOfNext: KEY_IS_FREE.outOfNext,
  inTurn: true,
};

/** Of a queue with limits: as many as they allow. */
const WITHIN_LIMITS: Claimable = {
  where: KEY_IS_FREE.where,
  outOfNext: `${KEY_IS_FREE.outOfNext} and ${isWithinLimits(QUEUE, "?4")}`,
  inTurn: true,
  counted: true,
};

async function claimNext(
  driver: SqlDriver,
  claim: JobClaim,
  { where, outOfNext, inTurn, counted = false, mayBeAhead = false }: Claimable,
): Promise<JobRow[]> {
  const { workspaceId, queue, kind, now, leaseUntil, lease, worker, most, ahead = 0 } = claim;
  const dialect = dialectOf(driver);
  const isAhead = mayBeAhead && ahead > 0;
  const inOrder = "over (order by rank, run_at, id)";
  const bytes = `sum(${dialect.byteLength("payload")}) ${inOrder} as bytes`;
  const read = `id, concurrency_key, rank, run_at${isAhead ? ", payload, attempts, max_attempts" : ""}`;
  const known = `id, concurrency_key, row_number() ${inOrder} as place, count(concurrency_key) ${inOrder} as keyed${
    isAhead ? `, ${bytes}, attempts, max_attempts` : ""
  }`;
  const isOwn = isAhead
    ? ` and (next.place <= ?9 or (next.attempts + 1 < next.max_attempts and next.bytes <= ${MOST_BYTES_AHEAD}))`
    : "";
  // As a subquery of the condition, Postgres might look for the next jobs more than once.
  const sql = `with free as materialized (select ${read} from plinth_jobs j
      where state = 'pending' and kind = ?5 and workspace_id = ?6 and queue = ?7 and ${where}
      order by rank, run_at, id limit ?8${dialect.skipLocked}),
    next as materialized (select ${known} from free)
    update plinth_jobs set state = 'active', attempts = attempts + 1, lease = ?1, worker = ?2, due_at = ?3,
      started_at = ?4, progress = null, wakes = 0, version = version + 1
    where state = 'pending' and id in (select id from next where ${outOfNext}${isOwn}) returning *`;
  const own = [lease, worker, leaseUntil, now, kind, workspaceId, queue];
  const params = isAhead ? [...own, most + ahead, most] : [...own, most];
  const turn = inTurn ? takeTurn(driver, `jobs ${workspaceId} ${queue}`) : [];
  const query = numbered(dialect, sql, params);
  const after = counted ? countStarts(driver, claim) : [];
  const isAlone = turn.length + after.length === 0;
  const { rows } = isAlone ? await driver.run(query) : (await driver.batch([...turn, query, ...after]))[turn.length]!;
  return rows
    .map((row) => jobInRow(row as Row))
    .sort((a, b) => a.rank - b.rank || a.runAt - b.runAt || (a.id < b.id ? -1 : 1));
}

/** Concurrency keys of which one look finds out whether one is free. */
const MOST_KEYS = 100;

/**
 * Whether a job of the queue can be claimed: a read, so that workers that wait for one do not keep others from writing. Of those with a
 * concurrency key, the keys are looked at one by one, not their jobs. With very many keys it is taken that one is free. Undefined: none can.
 */
async function lookForClaimable(
  driver: SqlDriver,
  { workspaceId, queue, kind, now }: Pick<JobClaim, "workspaceId" | "queue" | "kind" | "now">,
): Promise<{ readonly isLimited: boolean } | undefined> {
  const of = { workspace: "?2", queue: "?3" };
  const pending = "from plinth_jobs where state = 'pending' and kind = ?1 and workspace_id = ?2 and queue = ?3";
  const next = (after: string) => `(select min(concurrency_key) ${pending} and concurrency_key ${after})`;
  const sql = `with recursive keys(name, place) as (select ${next("is not null")}, 1 union all
      select ${next("> keys.name")}, place + 1 from keys where name is not null and place <= ${MOST_KEYS})
    select ${isLimited(of)} as limited where (exists (select 1 ${pending} and concurrency_key is null)
      or exists (select 1 from keys where name is not null and (place > ${MOST_KEYS} or not exists (select 1
        from plinth_jobs where workspace_id = ?2 and queue = ?3 and concurrency_key = keys.name and state = 'active'))))
      and not ${isClosed(of, "?4")}`;
  const [row] = await driver.all(numbered(dialectOf(driver), sql, [kind, workspaceId, queue, now]));
  return row && { isLimited: Number(row.limited) === 1 };
}
