import { isUuid, type Json, PlinthError } from "@plinth/core";
import { changeClaimedJob, findJobRow, type JobRow } from "@plinth/db";
import { requireNoViewer } from "../../commit/no-viewer.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { jobQueueSettings } from "../../kernel/job-queues.ts";
import { wakeWorkers } from "../../kernel/jobs.ts";
import { plainText } from "../../kernel/plain-text.ts";
import * as z from "../../kernel/zod.ts";
import { describeJob, type ShownJob } from "../../write/describe-job.ts";
import { leaseSeconds } from "./claim.ts";
import { type FailedAttempt, fail, jsonWithin, MAX_RESULT_BYTES, succeed } from "./ending.ts";

const MAX_PROGRESS_BYTES = 16 * 1024;
const LONGEST_RETRY = 366 * 86_400;

export const lease = plainText(1, 100).describe("As the claim has returned it");

export const heartbeatSchema = z.strictObject({
  lease,
  lease_seconds: leaseSeconds,
  progress: z.json().optional().describe(`At most ${MAX_PROGRESS_BYTES} bytes`),
});

export const completeSchema = z.strictObject({
  lease,
  result: z.json().default(null).describe(`At most ${MAX_RESULT_BYTES} bytes`),
});

export const failSchema = z.strictObject({
  lease,
  error: z.string().min(1).max(10_000),
  retry: z.boolean().default(true).describe("False: no other attempt is made, and the job is dead"),
  retry_in: z
    .int()
    .min(0)
    .max(LONGEST_RETRY)
    .optional()
    .describe("Seconds until the next attempt, instead of the usual"),
});

/** The worker is alive: the job stays its own. */
export async function heartbeatJob(
  ctx: RequestContext,
  id: string,
  { lease, lease_seconds, progress }: z.output<typeof heartbeatSchema>,
): Promise<ShownJob> {
  const change = {
    dueAt: ctx.engine.clock.now() + lease_seconds * 1000,
    ...(progress !== undefined && { progress: jsonWithin(progress as Json, MAX_PROGRESS_BYTES, "progress") }),
  };
  return report(ctx, id, lease, ({ driver }, claimed) => changeClaimedJob(driver, claimed, change));
}

export async function completeJob(
  ctx: RequestContext,
  id: string,
  { lease, result }: z.output<typeof completeSchema>,
): Promise<ShownJob> {
  const text = jsonWithin(result as Json, MAX_RESULT_BYTES, "result");
  const end: JobReport = ({ engine, driver }, claimed) => succeed(engine, driver, claimed, text);
  return endReport(ctx, id, lease, end);
}

export async function failJob(
  ctx: RequestContext,
  id: string,
  { lease, ...report }: z.output<typeof failSchema>,
): Promise<ShownJob> {
  const attempt = failedAttemptOf(report);
  return endReport(ctx, id, lease, ({ engine, driver }, claimed) => fail(engine, driver, claimed, attempt));
}

/** As a report describes it. */
export function failedAttemptOf({
  error: message,
  retry,
  retry_in,
}: Omit<z.output<typeof failSchema>, "lease">): FailedAttempt {
  return { message, retry, pauseMs: retry_in === undefined ? undefined : retry_in * 1000 };
}

type JobReport = (ctx: RequestContext, claimed: JobRow & { readonly lease: string }) => Promise<boolean>;

/** A report that ends the attempt. Another job may begin in its place. */
export async function endReport(ctx: RequestContext, id: string, lease: string, end: JobReport): Promise<ShownJob> {
  return report(ctx, id, lease, async (same, claimed) => {
    const isDone = await end(same, claimed);
    const { queue, concurrencyKey, workspaceId } = claimed;
    const settings = await jobQueueSettings(ctx.engine, ctx.driver, workspaceId);
    if (isDone && (concurrencyKey !== null || settings(queue).isLimited))
      await wakeWorkers(ctx, { workspaceId, queue }, 1);
    return isDone;
  });
}

/** A report counts only from the worker that has claimed the job last. The same one once more is answered as the first. */
export async function report(ctx: RequestContext, id: string, lease: string, change: JobReport): Promise<ShownJob> {
  requireNoViewer(ctx.principal);
  const { driver, principal } = ctx;
  const row = isUuid(id) ? await findJobRow(driver, principal.workspaceId, id) : undefined;
  if (!row) throw noSuchJob();
  const isOwn = row.lease === lease;
  if (isOwn && row.state !== "active" && row.state !== "cancelled") return describeJob(row);
  if (!isOwn || row.state !== "active" || !(await change(ctx, { ...row, lease }))) throw lostJob(row);
  return describeJob((await findJobRow(driver, principal.workspaceId, id)) ?? row);
}

export const noSuchJob = () => new PlinthError("NOT_FOUND", "There is no such job.");

export function lostJob({ state }: Pick<JobRow, "state">): PlinthError {
  const message =
    state === "cancelled"
      ? "The job was cancelled; stop its work."
      : "The job is not this worker's any more: its lease has ended, or another worker has claimed it.";
  return new PlinthError("CONFLICT", message, { field: "lease", state });
}
