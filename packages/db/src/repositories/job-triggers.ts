import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, getTableColumns, gt, inArray, isNull, lte, notInArray, sql } from "drizzle-orm";
import { beginConsumer, deleteIdleConsumers } from "../changelog/consumers.ts";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind, takeTurn } from "../system/guard.ts";
import { jobs, jobTriggers } from "../system/schema.ts";
import { JOB_FAILED } from "./dead-jobs.ts";
import { insertMissing } from "./insert-rows.ts";
import type { JobRow } from "./jobs.ts";

export type JobTriggerRow = typeof jobTriggers.$inferSelect;
export type JobTriggerOwner = Pick<JobTriggerRow, "workspaceId" | "owner">;

/** The name of the cursor in the change log. */
export const TRIGGERS_CURSOR = "triggers";

const ofOwner = ({ workspaceId, owner }: JobTriggerOwner) =>
  and(eq(jobTriggers.workspaceId, workspaceId), eq(jobTriggers.owner, owner));

/** Deletes the triggers of an owner but those with these names. */
export function deleteJobTriggers(driver: SqlDriver, owner: JobTriggerOwner, kept: readonly string[] = []): SqlQuery {
  const others = kept.length === 0 ? undefined : notInArray(jobTriggers.name, [...kept]);
  return toQuery(
    systemDatabase(driver)
      .delete(jobTriggers)
      .where(and(ofOwner(owner), others)),
  );
}

/** One that is as it was goes on where it is: what was due or has changed since is not passed over. */
const IS_SAME = "t.kind = excluded.kind and t.spec = excluded.spec and t.enabled = 1";
const CHANGES = ["kind", "spec", "job", "enabled", "updated_at"].map((name) => `${name} = excluded.${name}`);
const GOES_ON = ["due_at", "done_at", "resume", "start_xid", "start_seq"].map(
  (name) => `${name} = case when ${IS_SAME} then t.${name} else excluded.${name} end`,
);
const COLUMNS = Object.entries(getTableColumns(jobTriggers)) as [keyof JobTriggerRow, { name: string }][];
const PUT = `insert into plinth_triggers as t (${COLUMNS.map(([, { name }]) => name).join(", ")})
  values (${COLUMNS.map((_, at) => `?${at + 1}`).join(", ")}) on conflict (workspace_id, owner, name)
  do update set ${[...CHANGES, ...GOES_ON].join(", ")}, version = t.version + 1`;

/** Stores a trigger, or changes the owner's one of that name. */
export function putJobTrigger(driver: SqlDriver, row: JobTriggerRow): SqlQuery {
  const values = COLUMNS.map(([key]) => (key === "enabled" ? Number(row[key]) : row[key]));
  return numbered(dialectOf(driver), PUT, values);
}

export function listJobTriggers(driver: SqlDriver, owner: JobTriggerOwner): Promise<JobTriggerRow[]> {
  return systemDatabase(driver).select().from(jobTriggers).where(ofOwner(owner)).orderBy(asc(jobTriggers.name));
}

/** The statements that rename an owner's trigger, which goes on where it is. */
export function renameJobTrigger(driver: SqlDriver, owner: JobTriggerOwner, name: string): SqlQuery {
  return toQuery(systemDatabase(driver).update(jobTriggers).set({ name }).where(ofOwner(owner)));
}

/** Of several owners of a workspace. */
export async function listJobTriggersOf(
  driver: SqlDriver,
  workspaceId: string,
  owners: readonly string[],
): Promise<JobTriggerRow[]> {
  if (owners.length === 0) return [];
  const those = and(eq(jobTriggers.workspaceId, workspaceId), inArray(jobTriggers.owner, [...owners]));
  return systemDatabase(driver).select().from(jobTriggers).where(those);
}

/** Not as a parameter: the indexes hold those that are enabled, and a statement must say so to use them. */
const IS_ENABLED = sql.raw("plinth_triggers.enabled = 1");

const IS_USED = sql.raw(`exists (select 1 from plinth_workspaces p where p.id = plinth_triggers.workspace_id
  and p.archived_at is null and p.deleted_at is null)`);

/** What of them is looked at. */
export interface DueJobTriggers {
  readonly now: number;
  /** Those due up to this time, too, after those that are due now. */
  readonly until: number;
  readonly most: number;
}

/**
 * Those that have something to do, the earliest first. Of more than `most`, each workspace has its turn. Workspaces that are archived or
 * deleted wait.
 */
export function listDueJobTriggers(driver: SqlDriver, { now, until, most }: DueJobTriggers): Promise<JobTriggerRow[]> {
  const inTurn = sql`(select d.id from (select id, due_at,
    row_number() over (partition by workspace_id order by due_at, id) as turn from plinth_triggers
    where ${IS_ENABLED} and due_at <= cast(${until} as bigint) and ${IS_USED}) d
    order by case when d.due_at <= cast(${now} as bigint) then 0 else 1 end, d.turn, d.due_at limit cast(${most} as bigint))`;
  const due = sql`${jobTriggers.id} in ${inTurn}`;
  return systemDatabase(driver).select().from(jobTriggers).where(due).orderBy(asc(jobTriggers.dueAt));
}

/** When time next has something to do with one of them, and whether any reads the changes. */
export async function nextTriggerTime(
  driver: SqlDriver,
): Promise<{ readonly dueAt?: number | undefined; readonly areReading: boolean }> {
  const used = `exists (select 1 from plinth_workspaces p where p.id = t.workspace_id
    and p.archived_at is null and p.deleted_at is null)`;
  const sql = `select (select min(t.due_at) from plinth_triggers t where t.enabled = 1 and ${used}) as due_at,
    (select 1 from ${READERS} and ${used} limit 1) as reading`;
  const [row] = await driver.all(numbered(dialectOf(driver), sql, []));
  const { due_at: dueAt, reading } = row!;
  return { areReading: reading !== null, ...(dueAt !== null && { dueAt: Number(dueAt) }) };
}

/** Those that time was last looked at for after this one. */
export function listJobTriggersAhead(driver: SqlDriver, after: number): Promise<JobTriggerRow[]> {
  const ahead = and(IS_ENABLED, inArray(jobTriggers.kind, ["cron", "date", JOB_FAILED]), gt(jobTriggers.doneAt, after));
  return systemDatabase(driver).select().from(jobTriggers).where(ahead).limit(1000);
}

/** Kinds that read the change log. */
const READING = "t.enabled = 1 and t.kind in ('change', 'date')";
const READERS = `plinth_triggers t where ${READING}`;

/** Of a workspace, those that its changes concern. */
export function listReadingJobTriggers(driver: SqlDriver, workspaceId: string): Promise<JobTriggerRow[]> {
  const reading = and(IS_ENABLED, inArray(jobTriggers.kind, ["change", "date"]));
  return systemDatabase(driver)
    .select()
    .from(jobTriggers)
    .where(and(eq(jobTriggers.workspaceId, workspaceId), reading))
    .orderBy(asc(jobTriggers.id));
}

/** The workspaces whose log is read for triggers. */
export async function listTriggerWorkspaces(driver: SqlDriver): Promise<Set<string>> {
  const text = `select distinct t.workspace_id from ${READERS} and exists (select 1 from plinth_workspaces p
    where p.id = t.workspace_id and p.archived_at is null and p.deleted_at is null)`;
  const rows = await driver.all(numbered(dialectOf(driver), text, []));
  return new Set(rows.map((row) => String(row.workspace_id)));
}

/** The statements before a trigger that reads the log is stored: where there is no other one, the cursor begins here. */
export function beginTriggerCursor(driver: SqlDriver, workspaceId: string, position: string): SqlQuery[] {
  return beginConsumer(driver, { workspaceId, name: TRIGGERS_CURSOR, position, readers: READERS });
}

export function deleteIdleTriggerCursors(driver: SqlDriver): Promise<void> {
  return deleteIdleConsumers(driver, { name: TRIGGERS_CURSOR, readers: READERS });
}

/** What time and changes make of a trigger. */
export type TriggerProgress = Partial<
  Pick<JobTriggerRow, "dueAt" | "doneAt" | "resume" | "firings" | "enabled" | "startXid" | "startSeq">
>;

/** The statements that move a trigger on as it was read; else they fail their batch under the label. */
export function moveJobTrigger(
  driver: SqlDriver,
  { id, version, dueAt }: JobTriggerRow,
  progress: TriggerProgress,
  label: string,
): SqlQuery[] {
  const due = dueAt === null ? isNull(jobTriggers.dueAt) : eq(jobTriggers.dueAt, dueAt);
  const asRead = and(eq(jobTriggers.id, id), eq(jobTriggers.version, version), due);
  const database = systemDatabase(driver);
  return [
    ...takeTurn(driver, `trigger ${id}`),
    mustFind(driver, label, database.select({ id: jobTriggers.id }).from(jobTriggers).where(asRead)),
    toQuery(database.update(jobTriggers).set(progress).where(asRead)),
  ];
}

/** Notes what a trigger has done. It may have been deleted. */
export function noteJobTrigger(driver: SqlDriver, id: string, progress: TriggerProgress): SqlQuery {
  return toQuery(systemDatabase(driver).update(jobTriggers).set(progress).where(eq(jobTriggers.id, id)));
}

/** Has time look at a trigger no later than then. Whoever looks at this moment looks again: it may not see what becomes due then. */
export function hastenJobTrigger(driver: SqlDriver, id: string, dueAt: number): SqlQuery {
  const sooner = sql`case when due_at < cast(${dueAt} as bigint) then due_at else cast(${dueAt} as bigint) end`;
  const change = { dueAt: sooner, version: sql`version + 1` };
  return toQuery(systemDatabase(driver).update(jobTriggers).set(change).where(eq(jobTriggers.id, id)));
}

/** Stores jobs whose ids say what they are for: one that is stored already stays as it is. */
export function insertMissingJobs(driver: SqlDriver, rows: readonly JobRow[]): SqlQuery[] {
  return insertMissing(driver, jobs, rows);
}

/** Of a workspace, those that are on or off, and due before a time, the earliest first. */
export function listTroubledJobTriggers(
  driver: SqlDriver,
  which: {
    readonly workspaceId: string;
    readonly enabled: boolean;
    readonly dueBefore?: number;
    readonly most: number;
  },
): Promise<JobTriggerRow[]> {
  const { workspaceId, enabled, dueBefore, most } = which;
  const { dueAt } = jobTriggers;
  const own = and(eq(jobTriggers.workspaceId, workspaceId), eq(jobTriggers.enabled, enabled));
  const due = dueBefore === undefined ? own : and(own, lte(dueAt, dueBefore));
  return systemDatabase(driver).select().from(jobTriggers).where(due).orderBy(asc(dueAt)).limit(most);
}

/** How many jobs of an owner wait to be claimed; `most` means that many or more. */
export async function countWaitingJobs(
  driver: SqlDriver,
  { workspaceId, owner }: JobTriggerOwner,
  most: number,
): Promise<number> {
  const text = `select count(*) as waiting from (select 1 from plinth_jobs where workspace_id = ?1 and state = 'pending'
    and created_by = ?2 limit ?3) j`;
  const [row] = await driver.all(numbered(dialectOf(driver), text, [workspaceId, owner, most]));
  return Number(row!.waiting);
}

/** What jobs of a workspace were stored for, by their ids. */
export async function originsOfJobs(
  driver: SqlDriver,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, Pick<JobRow, "payload" | "requestId">>> {
  const { id, payload, requestId } = jobs;
  const those = and(eq(jobs.workspaceId, workspaceId), inArray(id, [...ids]));
  const rows = await systemDatabase(driver).select({ id, payload, requestId }).from(jobs).where(those);
  return new Map(rows.map((row) => [row.id, row]));
}
