import type { SqlDriver } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** When something next happens to jobs by itself. */
export interface JobTimes {
  /** The first time at which one of them becomes pending, or the lease of an active one ends. */
  readonly dueAt?: number | undefined;
  /** Some of a queue with limits, which is not paused and whose workspace is in use, are pending: nothing says when one of them may begin. */
  readonly isHeldBack: boolean;
}

/** Of jobs of some kinds, in all workspaces. Each time is the first of an index. */
export async function nextJobTimes(driver: SqlDriver, kinds: readonly string[]): Promise<JobTimes> {
  if (kinds.length === 0) return { isHeldBack: false };
  const each = kinds.map((_, i) => `?${i + 1}`);
  // As columns: D1 joins five statements by \`union\` at most.
  const times = [
    `(select min(due_at) from plinth_jobs where state = 'active' and kind in (${each.join(", ")})) as leased`,
    ...each.map(
      (kind, i) => `(select min(due_at) from plinth_jobs where state = 'scheduled' and kind = ${kind}) as at_${i}`,
    ),
  ];
  const pending = each.map(
    (kind) => `exists (select 1 from plinth_jobs j where j.state = 'pending' and j.kind = ${kind}
    and j.workspace_id = q.workspace_id and j.queue = q.queue)`,
  );
  const sql = `select ${times.join(", ")}, (select 1 from plinth_job_queues q
    join plinth_workspaces w on w.id = q.workspace_id and w.archived_at is null and w.deleted_at is null where q.paused = 0
    and (q.concurrency is not null or q.rate_limit is not null) and (${pending.join(" or ")}) limit 1) as held_back`;
  const [row] = await driver.all(numbered(dialectOf(driver), sql, [...kinds]));
  const { held_back, ...found } = row!;
  const known = Object.values(found).flatMap((at) => (at === null ? [] : Number(at)));
  return { isHeldBack: held_back !== null, ...(known.length > 0 && { dueAt: Math.min(...known) }) };
}
