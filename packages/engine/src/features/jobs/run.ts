import { JobSuspended, jobSteps, type SqlDriver, uuidv7 } from "@plinth/core";
import { changeClaimedJob, claimJobRows, type JobRow, queuesWithJobs } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { JOBS_SCHEDULE, JobFailure, type JobHandler, jobHandlers } from "../../kernel/jobs.ts";
import { service } from "../../kernel/services.ts";
import { fail, jsonWithin, MAX_RESULT_BYTES, succeed } from "./ending.ts";
import { deleteJobs, releaseJobs } from "./release.ts";
import { stepStoreOf, suspend } from "./steps.ts";

/** Of this process. */
const AT_ONCE = 20;
/** Of one queue, so that none keeps the others waiting. */
const OF_A_QUEUE = 5;
const LEASE_MS = 60_000;
const SIGN_MS = LEASE_MS / 3;

/** The jobs that run in this process, with what ends each. */
const running = service("running jobs", (_: Engine) => new Map<Promise<void>, AbortController>());

/**
 * One slice: what is due becomes pending, and free places are filled. In a process that lasts, it does not wait for the jobs that
 * it starts: each of them wakes the schedule when it ends. True: there is more to do.
 */
export async function runJobs(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const isMoreDue = await releaseJobs(engine, driver, { always: true });
  const isMoreEnded = await deleteJobs(engine, driver);
  const under = running(engine);
  let started = 0;
  for (const handler of jobHandlers(engine).values()) {
    for (const queue of await queuesWithJobs(driver, handler.kind)) {
      const free = Math.min(OF_A_QUEUE, AT_ONCE - under.size);
      if (free <= 0) break;
      for (const job of await claim(engine, driver, { ...queue, kind: handler.kind, most: free })) {
        start(engine, driver, handler, job);
        started++;
      }
    }
  }
  if (!engine.scheduler.lasts) await Promise.all(under.keys());
  return isMoreDue || isMoreEnded || (started > 0 && under.size < AT_ONCE);
}

/** Ends what runs; its attempts are made again. */
export async function stopJobs(engine: Engine): Promise<void> {
  const under = running(engine);
  for (const ending of under.values()) ending.abort();
  await Promise.all(under.keys());
}

type OwnJob = JobRow & { readonly lease: string };

async function claim(
  { clock }: Engine,
  driver: SqlDriver,
  which: { readonly workspaceId: string; readonly queue: string; readonly kind: string; readonly most: number },
): Promise<OwnJob[]> {
  const now = clock.now();
  const lease = uuidv7(now);
  const rows = await claimJobRows(driver, { ...which, now, lease, leaseUntil: now + LEASE_MS, worker: "server" });
  return rows.map((row) => ({ ...row, lease }));
}

function start(engine: Engine, driver: SqlDriver, handler: JobHandler, job: OwnJob): void {
  const under = running(engine);
  const ending = new AbortController();
  const work = attempt(engine, driver, handler, job, ending)
    .catch((error: unknown) =>
      engine.log.warn("a job's end could not be stored", { job: job.id, error: String(error) }),
    )
    .finally(() => {
      under.delete(work);
      if (engine.scheduler.lasts) engine.scheduler.wake(JOBS_SCHEDULE);
    });
  under.set(work, ending);
}

async function attempt(
  engine: Engine,
  driver: SqlDriver,
  handler: JobHandler,
  job: OwnJob,
  ending: AbortController,
): Promise<void> {
  const step = jobSteps(stepStoreOf(engine, driver, job));
  const signs = setInterval(() => void keep(engine, driver, job, ending), SIGN_MS);
  try {
    const { id, workspaceId, queue, name, attempts, createdAt } = job;
    const seen = { id, workspaceId, queue, name, payload: JSON.parse(job.payload), attempt: attempts, createdAt };
    const result = await handler.run(seen, { engine, driver, signal: ending.signal, step });
    const until = await step.settled();
    if (until !== undefined) await suspend(driver, job, until);
    else await succeed(engine, driver, job, jsonWithin(result, MAX_RESULT_BYTES, "result"));
  } catch (error) {
    const until = await step.settled();
    if (until !== undefined && error instanceof JobSuspended) await suspend(driver, job, until);
    else await refuse(engine, driver, job, { error, stopped: ending.signal.aborted });
  } finally {
    clearInterval(signs);
  }
}

async function refuse(
  engine: Engine,
  driver: SqlDriver,
  job: OwnJob,
  { error, stopped }: { readonly error: unknown; readonly stopped: boolean },
): Promise<void> {
  if (stopped) {
    // No failure of its own: the attempt does not count.
    const again = { state: "pending", dueAt: null, attempts: job.attempts - 1, lease: null };
    await changeClaimedJob(driver, job, again);
    return;
  }
  const known = error instanceof JobFailure;
  if (!known) engine.log.error("a job failed", { job: job.id, kind: job.kind, error });
  const message = known ? error.message : "The server could not run it; its log says why.";
  await fail(engine, driver, job, { message, retry: !known || error.retry });
}

/** Says that the job is under way. Ends it where it is not this process's any more. */
async function keep(engine: Engine, driver: SqlDriver, job: OwnJob, ending: AbortController): Promise<void> {
  try {
    if (!(await changeClaimedJob(driver, job, { dueAt: engine.clock.now() + LEASE_MS }))) ending.abort();
  } catch (error) {
    engine.log.warn("a job's lease could not be extended", { job: job.id, error: String(error) });
  }
}
