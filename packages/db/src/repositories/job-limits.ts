import type { SqlDriver, SqlQuery } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** A queue as statements name it: by parameters, such as `?2`. */
interface QueueParameters {
  readonly workspace: string;
  readonly queue: string;
}

const settings = ({ workspace, queue }: QueueParameters, holds: string) =>
  `plinth_job_queues q where q.workspace_id = ${workspace} and q.queue = ${queue} and ${holds}`;

const LIMITED = "(q.concurrency is not null or q.rate_limit is not null)";

/** How many more jobs of the queue `q` may be active. */
const FREE = `(q.concurrency - (select count(*) from plinth_jobs a
  where a.workspace_id = q.workspace_id and a.queue = q.queue and a.state = 'active'))`;

/** How many more may begin now. What began later than within the limit's time was stored before the clock was set back. */
const STARTS = (
  now: string,
) => `(q.rate_limit - (select coalesce(cast(sum(s.jobs) as bigint), 0) from plinth_job_starts s
  where s.workspace_id = q.workspace_id and s.queue = q.queue
    and s.at > cast(${now} as bigint) - q.rate_ms and s.at <= cast(${now} as bigint) + q.rate_ms))`;

/** 1 where the claims of the queue are limited. */
export const isLimited = (of: QueueParameters): string => `coalesce((select 1 from ${settings(of, LIMITED)}), 0)`;

/** Whether nothing of the queue can be claimed at this time, whatever is pending. */
export const isClosed = (of: QueueParameters, now: string): string =>
  `exists (select 1 from ${settings(of, `(q.paused = 1 or ${FREE} <= 0 or ${STARTS(now)} <= 0)`)})`;

/** The condition of claims that count nothing. */
export const hasNoLimit = (of: QueueParameters): string =>
  `not exists (select 1 from ${settings(of, `(q.paused = 1 or ${LIMITED})`)})`;

/** The condition of claims in turn, on the place of a job among the next ones. */
export const isWithinLimits = (of: QueueParameters, now: string): string =>
  `not exists (select 1 from ${settings(of, `(q.paused = 1 or next.place > ${FREE} or next.place > ${STARTS(now)})`)})`;

export interface CountedClaim {
  readonly workspaceId: string;
  readonly queue: string;
  readonly now: number;
  readonly lease: string;
}

/** For the batch of a claim in turn, after it: counts what it has begun, where the rate is limited, and forgets what counts no more. */
export function countStarts(driver: SqlDriver, { workspaceId, queue, now, lease }: CountedClaim): SqlQuery[] {
  const dialect = dialectOf(driver);
  const rated = `exists (select 1 from ${settings({ workspace: "?2", queue: "?3" }, "q.rate_limit is not null")})`;
  const count = `insert into plinth_job_starts (id, workspace_id, queue, at, jobs)
    select cast(?1 as text), cast(?2 as text), cast(?3 as text), cast(?4 as bigint), count(*) from plinth_jobs
    where workspace_id = ?2 and queue = ?3 and state = 'active' and lease = ?1 and ${rated} having count(*) > 0`;
  const forget = `delete from plinth_job_starts where workspace_id = ?1 and queue = ?2 and at <= cast(?3 as bigint) -
    coalesce((select q.rate_ms from ${settings({ workspace: "?1", queue: "?2" }, "q.rate_ms is not null")}), 0)`;
  return [
    numbered(dialect, count, [lease, workspaceId, queue, now]),
    numbered(dialect, forget, [workspaceId, queue, now]),
  ];
}
