import { DataError, type Json, PlinthError, type SqlQuery } from "@plinth/core";
import { type ClaimedJob, changeClaimedJob, hastenFailureTriggers, type JobRow, type JobState } from "@plinth/db";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { jobQueueSettings } from "../../kernel/job-queues.ts";
import { retryPause } from "../../kernel/retry-pause.ts";
import { CATCH_UP_MS, TRIGGERS_SCHEDULE } from "../../triggers/index.ts";
import { attemptRun, runTriggerOf } from "./attempt-run.ts";

export const MAX_RESULT_BYTES = 256 * 1024;
const MAX_ERROR = 2000;

type Driver = RequestContext["driver"];

/** What is stored of a job that ends, and is kept for so long. */
export function ended(now: number, state: JobState, keepMs: number) {
  return { state, finishedAt: now, dueAt: now + keepMs, openKey: null };
}

/** What is stored of a job that runs once more, from its beginning. */
export const RUN_AGAIN = {
  state: "pending",
  dueAt: null,
  attempts: 0,
  lease: null,
  finishedAt: null,
  result: null,
  progress: null,
} as const;

/** As it is stored: some databases take no zero in a text. */
export function errorText(message: string): string {
  return message.replaceAll("\0", "").slice(0, MAX_ERROR);
}

/** Throws where a result or a progress is too large to be stored. */
export function jsonWithin(value: Json, most: number, field: string): string {
  const text = JSON.stringify(value);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= most) return text;
  throw new PlinthError("LIMIT_EXCEEDED", `${field}: may take ${most} bytes, and takes ${bytes}`, { field });
}

type ReportedJob = ClaimedJob & JobRow;

export async function succeed(engine: Engine, driver: Driver, job: ReportedJob, result: string): Promise<boolean> {
  const { keepSucceededMs } = await settingsOf(engine, driver, job);
  const keepMs = keptAtLeast(job, keepSucceededMs);
  const change = { ...ended(engine.clock.now(), "succeeded", keepMs), result, error: null };
  return changeClaimedJob(driver, job, change, [attemptRun(engine, driver, job, { status: "succeeded" })]);
}

/** While the row is there, what the job of a trigger was stored for stores none again, and it tells how deep a chain of triggers is. */
function keptAtLeast(job: ReportedJob, keepMs: number): number {
  return runTriggerOf(job) === "enqueue" ? keepMs : Math.max(keepMs, CATCH_UP_MS);
}

async function settingsOf(engine: Engine, driver: Driver, { workspaceId, queue }: ReportedJob) {
  return (await jobQueueSettings(engine, driver, workspaceId))(queue);
}

export interface FailedAttempt {
  readonly message: string;
  /** False: no other attempt is made. */
  readonly retry?: boolean | undefined;
  /** Milliseconds until the next attempt, in place of the usual ones. */
  readonly pauseMs?: number | undefined;
}

/** Another attempt is made later, as long as the job has one left. */
export async function fail(
  engine: Engine,
  driver: Driver,
  job: ReportedJob,
  { message, retry = true, pauseMs }: FailedAttempt,
): Promise<boolean> {
  const { backoffMs, maxBackoffMs, keepDeadMs } = await settingsOf(engine, driver, job);
  const now = engine.clock.now();
  const error = errorText(message);
  const run = [attemptRun(engine, driver, job, { status: "failed", error: { message: error } })];
  if (!retry || job.attempts >= job.maxAttempts)
    return die(engine, driver, job, { ...ended(now, "dead", keptAtLeast(job, keepDeadMs)), error }, run);
  const pauses = { firstMs: backoffMs, longestMs: maxBackoffMs };
  const runAt = now + (pauseMs ?? retryPause(job.attempts, pauses));
  return changeClaimedJob(driver, job, { state: "scheduled", runAt, dueAt: runAt, error }, run);
}

/** Triggers that are about it look soon. */
async function die(
  engine: Engine,
  driver: Driver,
  job: ReportedJob,
  change: Parameters<typeof changeClaimedJob>[2],
  run: readonly SqlQuery[],
): Promise<boolean> {
  const hasten = hastenFailureTriggers(driver, [job.workspaceId], engine.clock.now());
  const isDead = await changeClaimedJob(driver, job, change, [...run, ...hasten]);
  if (isDead) engine.scheduler.wake(TRIGGERS_SCHEDULE);
  return isDead;
}

/** No failure of its own: the attempt does not count. `run`: what stores that there was one. */
export function giveBack(
  driver: Driver,
  job: ClaimedJob & Pick<JobRow, "attempts">,
  run: readonly SqlQuery[] = [],
): Promise<boolean> {
  return changeClaimedJob(driver, job, { state: "pending", dueAt: null, attempts: job.attempts - 1, lease: null }, run);
}

/** For `catch`: while a job had ended, another one was made with its unique key. */
export function refuseOpenKey(error: unknown): never {
  if (!(error instanceof DataError) || error.kind !== "unique") throw error;
  const message = "Another job with this unique key has not ended.";
  throw new PlinthError("CONFLICT", message, { field: "unique_key" }, { cause: error });
}
