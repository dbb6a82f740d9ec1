import { DataError, invalid, isUuid, PlinthError, type SqlQuery } from "@plinth/core";
import {
  cancelRunsOfJobs,
  changeJobQueries,
  findJobRow,
  JOB_STATES,
  type JobRow,
  type JobState,
  listJobRows,
  OPEN_JOB_STATES,
} from "@plinth/db";
import { commit } from "../../commit/commit.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { KEEP_CANCELLED_MS } from "../../kernel/job-queues.ts";
import { announceJobs } from "../../kernel/jobs.ts";
import { plainText } from "../../kernel/plain-text.ts";
import * as z from "../../kernel/zod.ts";
import { describeJob, type ShownJob } from "../../write/describe-job.ts";
import { queueName } from "../../write/job-input.ts";
import { attemptRun } from "./attempt-run.ts";
import { forgetClaimed } from "./claimed.ts";
import { ended, RUN_AGAIN, refuseOpenKey } from "./ending.ts";
import { noSuchJob } from "./report.ts";
import { deleteStepsFrom, firstStepOf } from "./repository.ts";

const CURSOR_SORT = "-id";
const MOVED = "moved";

export const jobFilterSchema = z.strictObject({
  state: z.enum(JOB_STATES).optional(),
  queue: queueName.optional(),
  name: plainText(1, 100).optional(),
});

/** The newest first. */
export async function listJobs(
  { driver, principal }: RequestContext,
  { limit, cursor, ...filter }: PageQuery & z.output<typeof jobFilterSchema>,
): Promise<CursorPage<ShownJob>> {
  const before = idInCursor(cursor, CURSOR_SORT);
  const found = await listJobRows(driver, principal.workspaceId, { ...filter, limit: limit + 1, before });
  return pageById(found, limit, CURSOR_SORT, describeJob);
}

export async function getJob(ctx: RequestContext, id: string): Promise<ShownJob> {
  return describeJob(await requireJob(ctx, id));
}

/** It does not run, or not again. A worker that has it hears of that when it next reports. */
export async function cancelJob(ctx: RequestContext, id: string): Promise<ShownJob> {
  const now = ctx.engine.clock.now();
  const runs = cancelRunsOfJobs(ctx.driver, ctx.principal.workspaceId, { jobIds: [id], now });
  return change(ctx, id, OPEN_JOB_STATES, ended(now, "cancelled", KEEP_CANCELLED_MS), [runs]);
}

/**
 * Runs a job once more that has ended, or at once where it waits for its time. With the name of a step, that one and those kept after
 * it run again. `undo`: the statements that forget what else was done since the step with this id.
 */
export async function retryJob(
  ctx: RequestContext,
  id: string,
  fromStep?: string,
  undo?: (stepId: string) => SqlQuery[],
): Promise<ShownJob> {
  const row = await requireJob(ctx, id);
  const undone = fromStep === undefined ? [] : await stepsFrom(ctx, row, fromStep, undo);
  const now = ctx.engine.clock.now();
  const again = { ...RUN_AGAIN, runAt: now, openKey: row.uniqueKey };
  const states = ["dead", "cancelled", "succeeded", "scheduled"] as const;
  const job = await change(ctx, id, states, again, undone).catch(refuseOpenKey);
  await announceJobs(ctx, [row]);
  return job;
}

/** The statements that forget the step, what belongs to it, and what came after. */
async function stepsFrom(
  { driver }: RequestContext,
  { id }: JobRow,
  name: string,
  undo?: (stepId: string) => SqlQuery[],
): Promise<SqlQuery[]> {
  const first = await firstStepOf(driver, id, name);
  if (first === undefined) throw invalid("from", "the job has kept no such step");
  return [...deleteStepsFrom(driver, id, first), ...(undo?.(first) ?? [])];
}

/** Changes a job in one of these states. What becomes of it is known before, so that a repeated request is answered alike. */
async function change(
  ctx: RequestContext,
  id: string,
  states: readonly JobState[],
  values: Parameters<typeof changeJobQueries>[3],
  besides: readonly SqlQuery[] = [],
): Promise<ShownJob> {
  const row = await requireJob(ctx, id);
  const { engine, driver } = ctx;
  const { state, lease } = row;
  const run =
    state === "active" && lease !== null
      ? [attemptRun(engine, driver, { ...row, lease }, { status: "cancelled" })]
      : [];
  if (lease !== null) forgetClaimed(engine, { id, lease });
  const queries = [...run, ...changeJobQueries(driver, row, states, values, MOVED), ...besides];
  const refuse = async (error: unknown): Promise<never> => {
    if (!(error instanceof DataError) || error.guard !== MOVED) throw error;
    const { state } = await requireJob(ctx, id);
    throw new PlinthError("CONFLICT", `The job is ${state}.`, { field: "id", state });
  };
  const data = describeJob({ ...row, ...values });
  return commit(ctx, { queries, data, lasting: false }).catch(refuse);
}

async function requireJob({ driver, principal }: RequestContext, id: string): Promise<JobRow> {
  const row = isUuid(id) ? await findJobRow(driver, principal.workspaceId, id) : undefined;
  if (!row) throw noSuchJob();
  return row;
}
