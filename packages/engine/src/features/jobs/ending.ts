import { DataError, type Json, PlinthError } from "@plinth/core";
import {
  type ClaimedJob,
  endClaimedJobs,
  hastenFailureTriggers,
  type JobEnd,
  type JobState,
  type ReportedJobRow,
  type RunRow,
} from "@plinth/db";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { type JobQueueSettings, jobQueueSettings } from "../../kernel/job-queues.ts";
import { retryPause } from "../../kernel/retry-pause.ts";
import { CATCH_UP_MS, TRIGGERS_SCHEDULE } from "../../triggers/index.ts";
import { attemptRow, runTriggerOf } from "./attempt-run.ts";
import { forgetClaimed } from "./claimed.ts";

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

/** As it is stored: some databases take no zero in a text, and no half of a character. */
export function errorText(message: string): string {
  return message.replaceAll("\0", "").slice(0, MAX_ERROR).toWellFormed();
}

/** Throws where a result or a progress is too large to be stored. */
export function jsonWithin(value: Json, most: number, field: string): string {
  const text = JSON.stringify(value);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= most) return text;
  throw new PlinthError("LIMIT_EXCEEDED", `${field}: may take ${most} bytes, and takes ${bytes}`, { field });
}

/** A job that its claimer reports about. */
export type ReportedJob = ClaimedJob & ReportedJobRow;

export async function succeed(engine: Engine, driver: Driver, job: ReportedJob, result: string): Promise<boolean> {
  return endOne(engine, driver, job, succeededEnd(engine, driver, await settingsOf(engine, driver, job), job, result));
}

export function succeededEnd(
  engine: Engine,
  driver: Driver,
  { keepSucceededMs }: JobQueueSettings,
  job: ReportedJob,
  result: string,
): JobEnd {
  const { id, lease } = job;
  const change = { ...ended(engine.clock.now(), "succeeded", keptAtLeast(job, keepSucceededMs)), result };
  return { id, lease, change, run: attemptRow(engine, driver, job, { status: "succeeded" }) };
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
export async function fail(engine: Engine, driver: Driver, job: ReportedJob, failed: FailedAttempt): Promise<boolean> {
  return endOne(engine, driver, job, failedEnd(engine, driver, await settingsOf(engine, driver, job), job, failed));
}

export function failedEnd(
  engine: Engine,
  driver: Driver,
  { backoffMs, maxBackoffMs, keepDeadMs }: JobQueueSettings,
  job: ReportedJob,
  { message, retry = true, pauseMs }: FailedAttempt,
): JobEnd {
  const { id, lease, attempts, maxAttempts } = job;
  const now = engine.clock.now();
  const error = errorText(message);
  const run = attemptRow(engine, driver, job, { status: "failed", error: { message: error } });
  if (!retry || attempts >= maxAttempts)
    return { id, lease, change: { ...ended(now, "dead", keptAtLeast(job, keepDeadMs)), error }, run };
  const runAt = now + (pauseMs ?? retryPause(attempts, { firstMs: backoffMs, longestMs: maxBackoffMs }));
  return { id, lease, change: { state: "scheduled", runAt, dueAt: runAt, error }, run };
}

/** No failure of its own: the attempt does not count. `run`: the attempt, where there was one. */
export function givenBack({ id, lease }: Pick<ClaimedJob, "id" | "lease">, run?: RunRow): JobEnd {
  return { id, lease, change: { state: "pending", dueAt: null }, isGivenBack: true, run };
}

async function endOne(engine: Engine, driver: Driver, { workspaceId }: ReportedJob, end: JobEnd): Promise<boolean> {
  return (await endJobs(engine, driver, workspaceId, [end])).has(end.id);
}

/** Stores ends of a workspace's jobs. Returns the ids of those that were still their claimers'. Triggers that are about dead jobs look soon. */
export async function endJobs(
  engine: Engine,
  driver: Driver,
  workspaceId: string,
  ends: readonly JobEnd[],
): Promise<Set<string>> {
  const dying = ends.filter(({ change }) => change.state === "dead");
  const hasten = dying.length > 0 ? hastenFailureTriggers(driver, [workspaceId], engine.clock.now()) : [];
  const stored = await endClaimedJobs(driver, workspaceId, ends, hasten);
  for (const end of ends) forgetClaimed(engine, end);
  if (dying.some(({ id }) => stored.has(id))) engine.scheduler.wake(TRIGGERS_SCHEDULE);
  return stored;
}

/** For `catch`: while a job had ended, another one was made with its unique key. */
export function refuseOpenKey(error: unknown): never {
  if (!(error instanceof DataError) || error.kind !== "unique") throw error;
  const message = "Another job with this unique key has not ended.";
  throw new PlinthError("CONFLICT", message, { field: "unique_key" }, { cause: error });
}
