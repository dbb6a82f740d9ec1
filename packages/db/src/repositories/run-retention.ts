import type { SqlDriver } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** Runs of a workspace: all of a kind, or those of one name. */
export interface RunGroup {
  readonly workspaceId: string;
  readonly kind: string;
  readonly name?: string | undefined;
}

/** The newest run of a group beyond these many; undefined: it has no more. */
export async function findRunBeyond(
  driver: SqlDriver,
  { workspaceId, kind, name }: RunGroup,
  keep: number,
): Promise<string | undefined> {
  const text = `select id from plinth_runs where ${whereOf(name)} order by id desc limit 1 offset ?3`;
  const params = [workspaceId, kind, keep, ...(name === undefined ? [] : [name])];
  const [row] = await driver.all(numbered(dialectOf(driver), text, params));
  return row && String(row.id);
}

/** Deletes some runs of a group that have ended, the oldest first up to this one. True: there may be more. */
export async function deleteRunsUpTo(
  driver: SqlDriver,
  { workspaceId, kind, name }: RunGroup,
  { last, most }: { readonly last: string; readonly most: number },
): Promise<boolean> {
  const text = `delete from plinth_runs where id in (select id from plinth_runs
    where ${whereOf(name, 5)} and id <= ?3 and ${HAS_ENDED} order by id limit ?4)`;
  const params = [workspaceId, kind, last, most, ...(name === undefined ? [] : [name])];
  return (await driver.run(numbered(dialectOf(driver), text, params))).changes >= most;
}

/** Neither is under way nor goes on later: each attempt at a job is a run of its own, but a flow that waits is one. */
const HAS_ENDED = `status <> 'running' and not (status = 'suspended' and kind = 'flow' and exists (select 1
  from plinth_jobs j where j.id = plinth_runs.job_id and j.state in ('scheduled', 'pending', 'active')))`;

function whereOf(name: string | undefined, at = 4): string {
  return `workspace_id = ?1 and kind = ?2${name === undefined ? "" : ` and name = ?${at}`}`;
}

/**
 * Deletes some runs that ended before a time, or that began after a later one: their clock was ahead and has been set back. Not by their
 * ids, which never go back. True: there may be more.
 */
export async function deleteOldRuns(
  driver: SqlDriver,
  { before, after, most }: { readonly before: number; readonly after: number; readonly most: number },
): Promise<boolean> {
  const text = `delete from plinth_runs where id in (select id from plinth_runs where ${HAS_ENDED} and (started_at > ?2
    or (started_at < ?1 and started_at + coalesce(ms, 0) < ?1)) limit ?3)`;
  const { changes } = await driver.run(numbered(dialectOf(driver), text, [before, after, most]));
  return changes >= most;
}

/**
 * Ends some runs that are under way although their job is not, or is gone: their end could not be stored. They end as their job has. Those
 * of which the next attempt is due stay.
 */
export async function endLostRuns(driver: SqlDriver, now: number, most: number): Promise<void> {
  const job = "from plinth_jobs j where j.id = plinth_runs.job_id";
  const text = `update plinth_runs set
    status = coalesce((select case j.state when 'succeeded' then 'succeeded' when 'dead' then 'failed' when 'cancelled' then 'cancelled'
      when 'scheduled' then 'suspended' end ${job}), 'lost'),
    ms = coalesce((select j.finished_at ${job}), cast(?1 as bigint)) - started_at
    where status = 'running' and id in (select id from plinth_runs r where status = 'running' and job_id is not null
      and not exists (select 1 from plinth_jobs j where j.id = r.job_id and j.state in ('pending', 'active')) limit ?2)`;
  await driver.run(numbered(dialectOf(driver), text, [now, most]));
}
