import { DataError, isUuid, type Json, PlinthError, type SqlQuery, uuidv7 } from "@plinth/core";
import { type ClaimedJob, findJobRow, type JobRow, suspendClaimedJob } from "@plinth/db";
import { requireNoViewer } from "../../commit/no-viewer.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { plainText } from "../../kernel/plain-text.ts";
import * as z from "../../kernel/zod.ts";
import type { ShownJob } from "../../write/describe-job.ts";
import { attemptRun } from "./attempt-run.ts";
import { forgetClaimed } from "./claimed.ts";
import { jsonWithin, MAX_RESULT_BYTES } from "./ending.ts";
import { endReport, lease, lostJob, noSuchJob } from "./report.ts";
import { type JobStepRow, keepStepQueries, listStepRows } from "./repository.ts";

const MOST_STEPS = 10_000;
const CURSOR_SORT = "id";
const GUARDS = { lost: "lost", full: "full", most: MOST_STEPS };
/** Characters of a step's name. */
export const STEP_NAME = 200;
const LONGEST_SLEEP_MS = 366 * 86_400_000;

export const keepStepSchema = z.strictObject({
  lease,
  name: plainText(1, STEP_NAME),
  result: z.json().default(null).describe(`At most ${MAX_RESULT_BYTES} bytes`),
});

export const sleepSchema = z.strictObject({
  lease,
  until: z.iso.datetime({ offset: true }).describe("At most a year from now"),
});

/** A step as the API returns it. */
export interface JobStep {
  name: string;
  result: Json;
  created_at: string;
}

/** In the order in which they were kept. */
export async function listSteps(
  { driver, principal }: RequestContext,
  id: string,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<JobStep>> {
  const { workspaceId } = principal;
  if (!isUuid(id) || !(await findJobRow(driver, workspaceId, id))) throw noSuchJob();
  const page = { limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  return pageById(await listStepRows(driver, { workspaceId, jobId: id }, page), limit, CURSOR_SORT, describeStep);
}

/** Keeps a step's result, and returns what is kept: the result of an earlier attempt stays. */
export async function keepStep(
  ctx: RequestContext,
  id: string,
  { lease, name, result }: z.output<typeof keepStepSchema>,
): Promise<JobStep> {
  requireNoViewer(ctx.principal);
  const row = await claimedRow(ctx, id);
  const step = { name, result: jsonWithin(result as Json, MAX_RESULT_BYTES, "result") };
  return keepStepOf(ctx.engine, ctx.driver, { ...row, lease }, step);
}

/** A job of the workspace. Whether the lease is that of its claim is checked by the statement that changes it. */
export async function claimedRow({ driver, principal }: RequestContext, id: string): Promise<JobRow> {
  const row = isUuid(id) ? await findJobRow(driver, principal.workspaceId, id) : undefined;
  if (!row) throw noSuchJob();
  return row;
}

/** The job goes on after this time, and begins anew then. Its attempt does not count. */
export async function sleepJob(
  ctx: RequestContext,
  id: string,
  { lease, until }: z.output<typeof sleepSchema>,
): Promise<ShownJob> {
  const at = Date.parse(until);
  return endReport(ctx, id, lease, async ({ engine, driver, now }, claimed) => {
    if (at <= now + LONGEST_SLEEP_MS) return suspend(engine, driver, claimed, at);
    throw new PlinthError("LIMIT_EXCEEDED", "until: a job sleeps for a year at most", { field: "until" });
  });
}

export function suspend(
  engine: Engine,
  driver: RequestContext["driver"],
  claimed: ClaimedJob & JobRow,
  until: number,
): Promise<boolean> {
  const run = attemptRun(engine, driver, claimed, { status: "suspended" });
  forgetClaimed(engine, claimed);
  return suspendClaimedJob(driver, claimed, until, [run]);
}

/** `first`: statements of the same batch. */
export async function keepStepOf(
  { clock }: Engine,
  driver: RequestContext["driver"],
  job: JobRow & ClaimedJob,
  { name, result }: Pick<JobStepRow, "name" | "result">,
  first: readonly SqlQuery[] = [],
): Promise<JobStep> {
  const { id: jobId, workspaceId, lease } = job;
  const now = clock.now();
  const row = { id: uuidv7(now), workspaceId, jobId, name, result, createdAt: now };
  const results = await driver
    .batch([...first, ...keepStepQueries(driver, row, lease, GUARDS)])
    .catch((error: unknown) => {
      throw refusalOf(error, job);
    });
  const kept = results.at(-1)!.rows[0] as unknown as { result: string; created_at: number };
  return describeStep({ ...row, result: kept.result, createdAt: Number(kept.created_at) });
}

function refusalOf(error: unknown, job: JobRow): unknown {
  if (!(error instanceof DataError)) return error;
  if (error.guard === GUARDS.lost) return lostJob(job);
  if (error.guard !== GUARDS.full) return error;
  return new PlinthError("LIMIT_EXCEEDED", `A job has at most ${MOST_STEPS} steps.`, { field: "name" });
}

export function describeStep({ name, result, createdAt }: JobStepRow): JobStep {
  return { name, result: JSON.parse(result) as Json, created_at: new Date(createdAt).toISOString() };
}
