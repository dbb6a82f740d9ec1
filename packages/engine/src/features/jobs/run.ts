import { JobSuspended, type Json, jobSteps, type SqlDriver, uuidv7 } from "@plinth/core";
import { changeClaimedJob, claimJobRows, type JobRow } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { JOBS_SCHEDULE, JobFailure, type JobHandler, jobHandlers } from "../../kernel/jobs.ts";
import { service } from "../../kernel/services.ts";
import { untilNoted } from "../../kernel/until-noted.ts";
import { attemptRow, attemptTrace } from "./attempt-run.ts";
import { endJobs, type FailedAttempt, fail, givenBack, jsonWithin, MAX_RESULT_BYTES, succeed } from "./ending.ts";
import { arePlacesTaken, fillPlaces, type JobPlaces, type JobQueue } from "./places.ts";
import { updateDueJobs } from "./release.ts";
import { stepStoreOf } from "./step-store.ts";
import { suspend } from "./steps.ts";

const LEASE_MS = 60_000;
const SIGN_MS = LEASE_MS / 3;

/** The jobs that run in a process that lasts. */
const running = service("running jobs", (_: Engine): JobPlaces => new Map());

/**
 * One slice: what is due becomes pending, and free places are filled. In a process that lasts, it does not wait for the jobs that
 * it starts: each of them wakes the schedule when it ends. True: there is more to do.
 */
export async function runJobs(engine: Engine, driver: SqlDriver): Promise<boolean> {
  // It may change meanwhile, when the process ends: then `stopJobs` ends what runs.
  const { isLasting } = engine.scheduler;
  const isMoreDue = await updateDueJobs(engine, driver);
  // Elsewhere jobs belong to their request: one that the host has cancelled must not count for ever.
  const places: JobPlaces = isLasting ? running(engine) : new Map();
  let started = 0;
  for (const handler of jobHandlers(engine).values()) {
    const { kind } = handler;
    started += await fillPlaces(engine, driver, { kind, places }, async (queue, most) => {
      const jobs = await claim(engine, driver, { ...queue, most });
      for (const job of jobs) start(engine, driver, handler, { job, places });
      return jobs.length;
    });
  }
  if (!isLasting) await Promise.all(places.keys());
  return isMoreDue || (started > 0 && !arePlacesTaken(places));
}

/** Ends what runs; its attempts are made again. */
export async function stopJobs(engine: Engine): Promise<void> {
  const places = running(engine);
  for (const { ending } of places.values()) ending.abort();
  await Promise.all(places.keys());
}

type OwnJob = JobRow & { readonly lease: string };

async function claim(
  { clock }: Engine,
  driver: SqlDriver,
  which: JobQueue & { readonly most: number },
): Promise<OwnJob[]> {
  const now = clock.now();
  const lease = uuidv7(now);
  const rows = await claimJobRows(driver, { ...which, now, lease, leaseUntil: now + LEASE_MS, worker: "server" });
  return rows.map((row) => ({ ...row, lease }));
}

function start(
  engine: Engine,
  driver: SqlDriver,
  handler: JobHandler,
  { job, places }: { readonly job: OwnJob; readonly places: JobPlaces },
): void {
  const ending = new AbortController();
  const work = attempt(engine, driver, handler, { job, ending })
    .catch((error: unknown) =>
      engine.log.warn("a job's end could not be stored", { job: job.id, error: String(error) }),
    )
    .finally(() => {
      places.delete(work);
      if (engine.scheduler.isLasting) engine.scheduler.wake(JOBS_SCHEDULE);
    });
  const { workspaceId, queue } = job;
  places.set(work, { workspaceId, queue, ending });
}

interface JobAttempt {
  readonly job: OwnJob;
  readonly ending: AbortController;
}

async function attempt(engine: Engine, driver: SqlDriver, handler: JobHandler, made: JobAttempt): Promise<void> {
  const signs = setInterval(() => void keep(engine, driver, made), SIGN_MS);
  try {
    const store = await endOf(engine, driver, handler, made);
    // That its end cannot be stored is no failure of the job: its work has been done.
    await untilNoted(store);
  } finally {
    clearInterval(signs);
  }
}

/** Makes the attempt. Returns what stores its end. */
async function endOf(
  engine: Engine,
  driver: SqlDriver,
  handler: JobHandler,
  { job, ending }: JobAttempt,
): Promise<() => Promise<boolean>> {
  const step = jobSteps(stepStoreOf(engine, driver, job));
  try {
    const { id, workspaceId, lease, queue, name, attempts, createdBy, createdAt, requestId } = job;
    const payload = JSON.parse(job.payload) as Json;
    const seen = { id, workspaceId, lease, queue, name, payload, attempt: attempts, createdBy, createdAt, requestId };
    const result = await handler.run(seen, { engine, driver, signal: ending.signal, step, trace: attemptTrace(job) });
    const until = await step.settled();
    if (until !== undefined) return () => suspend(engine, driver, job, until);
    const text = jsonWithin(result, MAX_RESULT_BYTES, "result");
    return () => succeed(engine, driver, job, text);
  } catch (error) {
    const until = await step.settled();
    if (until !== undefined && error instanceof JobSuspended) return () => suspend(engine, driver, job, until);
    if (ending.signal.aborted) {
      const back = givenBack(job, attemptRow(engine, driver, job, { status: "cancelled" }));
      return async () => (await endJobs(engine, driver, job.workspaceId, [back])).has(job.id);
    }
    const failed = failureOf(engine, job, error);
    return () => fail(engine, driver, job, failed);
  }
}

function failureOf({ log }: Engine, { id, kind }: OwnJob, error: unknown): FailedAttempt {
  if (error instanceof JobFailure) return error;
  log.error("a job failed", { job: id, kind, error });
  return { message: "The server could not run it; its log says why." };
}

/** Says that the job is under way. Ends it where it is not this process's any more. */
async function keep(engine: Engine, driver: SqlDriver, { job, ending }: JobAttempt): Promise<void> {
  try {
    if (!(await changeClaimedJob(driver, job, { dueAt: engine.clock.now() + LEASE_MS }))) ending.abort();
  } catch (error) {
    engine.log.warn("a job's lease could not be extended", { job: job.id, error: String(error) });
  }
}
