import type { SqlDriver, SqlQuery } from "@plinth/core";
import { type JobState, OPEN_JOB_STATES } from "@plinth/db";
import {
  and,
  asc,
  database,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isAmong,
  isNull,
  jobs,
  lt,
  mustFind,
  ne,
  pieces,
  sql,
  takeTurn,
  toQuery,
} from "@plinth/db/tables";
import type { ApprovalOutcome, ApprovalState } from "./approval.ts";
import { flowApprovalLinks, flowApprovals, flowApprovers, flowDecisions } from "./tables.ts";

export type ApprovalRow = typeof flowApprovals.$inferSelect;
/** With the state of its run. */
export type FoundApproval = ApprovalRow & { readonly jobState: JobState };
export type DecisionRow = typeof flowDecisions.$inferSelect;
export type ApprovalLinkRow = typeof flowApprovalLinks.$inferSelect;

export function insertApprovalQueries(
  driver: SqlDriver,
  row: ApprovalRow,
  { approvers, links }: { readonly approvers: readonly string[]; readonly links: readonly ApprovalLinkRow[] },
): SqlQuery[] {
  const db = database(driver);
  const { id: approvalId, workspaceId } = row;
  return [
    toQuery(db.insert(flowApprovals).values(row)),
    ...approvers.map((name) => toQuery(db.insert(flowApprovers).values({ approvalId, workspaceId, name }))),
    ...links.map((link) => toQuery(db.insert(flowApprovalLinks).values(link))),
  ];
}

/** Deletes what an earlier attempt has asked at the same place, where nobody has settled it. Never the approval itself. */
export function deleteEarlierApprovals(driver: SqlDriver, { id, jobId, path }: ApprovalRow): SqlQuery {
  const isThere = and(eq(flowApprovals.jobId, jobId), eq(flowApprovals.path, path), ne(flowApprovals.id, id));
  return toQuery(
    database(driver)
      .delete(flowApprovals)
      .where(and(isThere, isNull(flowApprovals.outcome))),
  );
}

/** Deletes what a run has asked since a step was kept, where nobody has settled it. Ids of steps are in the order of time, too. */
export function deleteApprovalsSince(driver: SqlDriver, jobId: string, stepId: string): SqlQuery {
  const { id, outcome } = flowApprovals;
  const later = and(eq(flowApprovals.jobId, jobId), gte(id, stepId), isNull(outcome));
  return toQuery(database(driver).delete(flowApprovals).where(later));
}

export async function findApproval(
  driver: SqlDriver,
  workspaceId: string,
  id: string,
): Promise<FoundApproval | undefined> {
  const it = and(eq(flowApprovals.id, id), eq(flowApprovals.workspaceId, workspaceId));
  const [row] = await withRun(driver).where(it);
  return row as FoundApproval | undefined;
}

export interface ApprovalFilter {
  readonly limit: number;
  /** The id of the last one of the page before. */
  readonly before: string | undefined;
  /** Those that somebody with one of these names may decide. Absent: all. */
  readonly names: readonly string[] | undefined;
  readonly state: ApprovalState | undefined;
  readonly run: string | undefined;
  readonly flow: string | undefined;
  readonly now: number;
}

/** The newest first. */
export async function listApprovalRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, before, names, state, run, flow, now }: ApprovalFilter,
): Promise<FoundApproval[]> {
  const { id, jobId, flow: ofFlow } = flowApprovals;
  const wanted = and(
    eq(flowApprovals.workspaceId, workspaceId),
    before === undefined ? undefined : lt(id, before),
    run === undefined ? undefined : eq(jobId, run),
    flow === undefined ? undefined : eq(ofFlow, flow),
    state === undefined ? undefined : isIn(state, now),
    names === undefined ? undefined : inArray(id, decidedBy(driver, workspaceId, names)),
  );
  return (await withRun(driver).where(wanted).orderBy(desc(id)).limit(limit)) as FoundApproval[];
}

const withRun = (driver: SqlDriver) =>
  database(driver)
    .select({ ...getTableColumns(flowApprovals), jobState: jobs.state })
    .from(flowApprovals)
    .innerJoin(jobs, eq(jobs.id, flowApprovals.jobId));

/** The same as `stateOf` says of a row. */
function isIn(state: ApprovalState, now: number) {
  const { outcome, expiresAt } = flowApprovals;
  const open = isNull(outcome);
  const isRunning = inArray(jobs.state, [...OPEN_JOB_STATES]);
  if (state === "pending") return and(open, isRunning, gt(expiresAt, now));
  if (state === "cancelled") return and(open, sql`not ${isRunning}`);
  if (state === "expired") return sql`(${eq(outcome, state)} or ${and(open, isRunning, lt(expiresAt, now + 1))})`;
  return eq(outcome, state);
}

/** The approvals that runs wait for, by the ids of the runs: of several, the one that was asked last. */
export async function openApprovalsOf(
  driver: SqlDriver,
  workspaceId: string,
  runs: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const { id, jobId, outcome, expiresAt } = flowApprovals;
  const found = new Map<string, string>();
  for (const piece of pieces(driver, runs)) {
    const open = and(inArray(jobId, piece), eq(flowApprovals.workspaceId, workspaceId), isNull(outcome));
    const rows = database(driver)
      .select({ id, jobId })
      .from(flowApprovals)
      .where(and(open, gt(expiresAt, now)));
    for (const row of await rows.orderBy(asc(id))) found.set(row.jobId, row.id);
  }
  return found;
}

export async function isApprover(
  driver: SqlDriver,
  { id, workspaceId }: Pick<ApprovalRow, "id" | "workspaceId">,
  names: readonly string[],
): Promise<boolean> {
  const found = decidedBy(driver, workspaceId, names, id).limit(1);
  return names.length > 0 && (await found).length > 0;
}

/** There may be more names than a statement may have parameters. */
function decidedBy(driver: SqlDriver, workspaceId: string, names: readonly string[], approvalId?: string) {
  const one = approvalId === undefined ? undefined : eq(flowApprovers.approvalId, approvalId);
  return database(driver)
    .select({ id: flowApprovers.approvalId })
    .from(flowApprovers)
    .where(and(eq(flowApprovers.workspaceId, workspaceId), one, isAmong(driver, flowApprovers.name, names)))
    .$dynamic();
}

/** By the ids of their approvals, in the order of time. */
export async function decisionsOf(driver: SqlDriver, ids: readonly string[]): Promise<Map<string, DecisionRow[]>> {
  const found: DecisionRow[] = [];
  for (const piece of pieces(driver, ids)) {
    const { approvalId, createdAt, person } = flowDecisions;
    const all = database(driver).select().from(flowDecisions).where(inArray(approvalId, piece));
    found.push(...(await all.orderBy(asc(createdAt), asc(person))));
  }
  return Map.groupBy(found, ({ approvalId }) => approvalId);
}

/** By the ids of their approvals. */
export async function approversOf(driver: SqlDriver, ids: readonly string[]): Promise<Map<string, string[]>> {
  const found: { approvalId: string; name: string }[] = [];
  for (const piece of pieces(driver, ids)) {
    const { approvalId, name } = flowApprovers;
    const all = database(driver).select({ approvalId, name }).from(flowApprovers).where(inArray(approvalId, piece));
    found.push(...(await all.orderBy(asc(name))));
  }
  const grouped = [...Map.groupBy(found, ({ approvalId }) => approvalId)];
  return new Map(grouped.map(([id, rows]) => [id, rows.map(({ name }) => name)]));
}

export async function findApprovalLink(
  driver: SqlDriver,
  workspaceId: string,
  hash: string,
): Promise<ApprovalLinkRow | undefined> {
  const it = and(eq(flowApprovalLinks.hash, hash), eq(flowApprovalLinks.workspaceId, workspaceId));
  return (await database(driver).select().from(flowApprovalLinks).where(it))[0];
}

export interface DecisionGuards {
  /** How many had decided when the outcome was found. */
  readonly before: number;
  readonly outcome: ApprovalOutcome | null;
  /** The label where others have decided meanwhile, or it is open no more. */
  readonly moved: string;
}

/** The statements that store a decision, and the outcome that it leads to. */
export function decideQueries(
  driver: SqlDriver,
  row: DecisionRow,
  { before, outcome, moved }: DecisionGuards,
): SqlQuery[] {
  const db = database(driver);
  const { approvalId: id, createdAt: now } = row;
  const { expiresAt, decided } = flowApprovals;
  const isRunning = inArray(jobs.state, [...OPEN_JOB_STATES]);
  const unchanged = and(eq(flowApprovals.id, id), isNull(flowApprovals.outcome), eq(decided, before));
  const open = db
    .select({ id: flowApprovals.id })
    .from(flowApprovals)
    .innerJoin(jobs, eq(jobs.id, flowApprovals.jobId))
    .where(and(unchanged, gt(expiresAt, now), isRunning));
  const change = { decided: before + 1, outcome, decidedAt: outcome === null ? null : now };
  return [
    ...takeTurn(driver, turnOf(id)),
    mustFind(driver, moved, open),
    toQuery(db.insert(flowDecisions).values(row)),
    toQuery(db.update(flowApprovals).set(change).where(unchanged)),
  ];
}

/** Settles what nobody has settled in time. */
export async function settleApproval(
  driver: SqlDriver,
  id: string,
  { outcome, now }: { readonly outcome: ApprovalOutcome; readonly now: number },
): Promise<void> {
  const open = and(eq(flowApprovals.id, id), isNull(flowApprovals.outcome));
  const settle = database(driver).update(flowApprovals).set({ outcome, decidedAt: now }).where(open);
  await driver.batch([...takeTurn(driver, turnOf(id)), toQuery(settle)]);
}

const turnOf = (id: string): string => `approval ${id}`;
