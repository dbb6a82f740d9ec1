import type { SqlDriver, SqlQuery } from "@plinth/core";
import type { JobTriggerRow } from "@plinth/db";
import { and, asc, database, eq, gt, jobTriggers, lt, mustFind, mustFindAtMost, takeTurn } from "@plinth/db/tables";
import { SCHEDULE_OWNER } from "../../triggers/firing-runs.ts";

/** A schedule is an owner with one trigger. */
export const scheduleOwner = (id: string): string => `${SCHEDULE_OWNER}${id}`;
export const scheduleId = ({ owner }: Pick<JobTriggerRow, "owner">): string => owner.slice(SCHEDULE_OWNER.length);

const ofWorkspace = (workspaceId: string, after = "") =>
  and(
    eq(jobTriggers.workspaceId, workspaceId),
    gt(jobTriggers.owner, scheduleOwner(after)),
    // The character after the colon.
    lt(jobTriggers.owner, "schedule;"),
  );

/** The oldest first. */
export function listScheduleRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<JobTriggerRow[]> {
  const rows = database(driver).select().from(jobTriggers).where(ofWorkspace(workspaceId, after));
  return rows.orderBy(asc(jobTriggers.owner)).limit(limit);
}

const itIs = ({ workspaceId, owner }: Pick<JobTriggerRow, "workspaceId" | "owner">) =>
  and(eq(jobTriggers.workspaceId, workspaceId), eq(jobTriggers.owner, owner));

export async function findScheduleRow(
  driver: SqlDriver,
  workspaceId: string,
  id: string,
): Promise<JobTriggerRow | undefined> {
  const it = itIs({ workspaceId, owner: scheduleOwner(id) });
  return (await database(driver).select().from(jobTriggers).where(it))[0];
}

/** Batches that change the schedule or delete it run one after the other. */
export function takeScheduleTurn(driver: SqlDriver, { owner }: Pick<JobTriggerRow, "owner">): SqlQuery[] {
  return takeTurn(driver, owner);
}

/** The statements that fail their batch under the label where the schedule is gone, or somebody else has changed it since. */
export function mustBeAsRead(driver: SqlDriver, row: JobTriggerRow, label: string): SqlQuery[] {
  const asRead = and(itIs(row), eq(jobTriggers.updatedAt, row.updatedAt), eq(jobTriggers.enabled, row.enabled));
  const found = database(driver).select({ id: jobTriggers.id }).from(jobTriggers).where(asRead);
  return [...takeScheduleTurn(driver, row), mustFind(driver, label, found)];
}

/** The statements that fail their batch under the label where the workspace then has more schedules. */
export function mustHaveFewSchedules(driver: SqlDriver, workspaceId: string, most: number, label: string): SqlQuery[] {
  const rows = database(driver).select({ id: jobTriggers.id }).from(jobTriggers).where(ofWorkspace(workspaceId));
  return mustFindAtMost(driver, label, { most, name: `schedules ${workspaceId}`, rows });
}
