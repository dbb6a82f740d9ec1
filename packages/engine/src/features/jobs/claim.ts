import { PlinthError, uuidv7 } from "@plinth/core";
import { claimJobRows } from "@plinth/db";
import { sleeper } from "../../changelog/sleeper.ts";
import { requireNoViewer } from "../../commit/no-viewer.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { jobWaiters, TASK } from "../../kernel/jobs.ts";
import { lifecycleOf } from "../../kernel/lifecycle.ts";
import { plainText } from "../../kernel/plain-text.ts";
import { traceparentOf } from "../../kernel/trace.ts";
import * as z from "../../kernel/zod.ts";
import { describeJob, type ShownJob } from "../../write/describe-job.ts";
import { requireQueueName } from "../../write/job-input.ts";
import { attemptTrace } from "./attempt-run.ts";
import { endJobs, givenBack } from "./ending.ts";
import { releaseJobs } from "./release.ts";

const MOST_AT_ONCE = 50;
const MOST_AHEAD = 100;
const LONGEST_WAIT = 25;
const SHORTEST_LEASE = 5;
const LONGEST_LEASE = 3600;
/** Of one workspace, in one process. */
const MOST_WAITING = 500;
/** Whoever waits looks so often: for scheduled jobs whose time has come, and where a wake-up was lost. */
const LOOK_MS = 1000;
/** The same in a process that does not last: such hosts limit the statements of a request. */
const LOOK_IN_REQUEST_MS = 2500;

export const leaseSeconds = z
  .int()
  .min(SHORTEST_LEASE)
  .max(LONGEST_LEASE)
  .default(60)
  .describe("After so long without a sign of the worker, another one may claim the job");

export const claimSchema = z.strictObject({
  limit: z.int().min(0).max(MOST_AT_ONCE).default(1).describe("The most jobs that begin at once; 0: only those ahead"),
  ahead: z
    .int()
    .min(0)
    .max(MOST_AHEAD)
    .default(0)
    .describe(
      "The most jobs beyond `limit` that begin within moments. None of a queue with limits, with a concurrency key, or for its last attempt",
    ),
  wait: z.int().min(0).max(LONGEST_WAIT).default(0).describe("Seconds to wait for a job where there is none"),
  lease_seconds: leaseSeconds,
  worker: plainText(1, 100)
    .nullable()
    .default(null)
    .describe("What the worker calls itself, for whoever looks at the job"),
});

type ClaimInput = z.output<typeof claimSchema> & { readonly queue: string };

/** A job that is its worker's until its lease ends. */
export interface ClaimedTask extends ShownJob {
  lease: string;
  /** The header of W3C Trace Context for what the worker sends: a part of this attempt. */
  traceparent: string;
}

/** Claims tasks of a queue, and waits for one where there is none. `signal`: the worker has gone. */
export async function claimJobs(
  ctx: RequestContext,
  queue: string,
  options: z.output<typeof claimSchema>,
  signal?: AbortSignal,
): Promise<ClaimedTask[]> {
  requireNoViewer(ctx.principal);
  requireQueueName(queue);
  const input: ClaimInput = { ...options, queue };
  const found = await claimNow(ctx, input, signal);
  if (found.length > 0 || input.wait === 0 || input.limit === 0) return found;
  const { workspaceId } = ctx.principal;
  const waiters = jobWaiters(ctx.engine);
  if (waiters.count(workspaceId) >= MOST_WAITING)
    throw new PlinthError("OVERLOADED", `More than ${MOST_WAITING} workers are waiting here.`, { retry_after: 5 });
  const sleep = sleeper();
  const end = (): void => sleep.end();
  const leave = await waiters.wait({ workspaceId, queue }, () => sleep.wake());
  signal?.addEventListener("abort", end);
  try {
    return await claimWhenThere(ctx, input, sleep, signal);
  } finally {
    signal?.removeEventListener("abort", end);
    leave();
  }
}

async function claimWhenThere(
  ctx: RequestContext,
  input: ClaimInput,
  sleep: ReturnType<typeof sleeper>,
  signal: AbortSignal | undefined,
): Promise<ClaimedTask[]> {
  const lifecycle = lifecycleOf(ctx.engine);
  const until = performance.now() + input.wait * 1000;
  for (;;) {
    const left = until - performance.now();
    if (left <= 0 || lifecycle.stopping || signal?.aborted) return [];
    // Jobs that were stored before this worker waited woke nobody.
    const found = await claimNow(ctx, input, signal);
    if (found.length > 0) return found;
    await sleep.for(Math.min(ctx.engine.scheduler.isLasting ? LOOK_MS : LOOK_IN_REQUEST_MS, left));
  }
}

async function claimNow(
  { engine, driver, principal }: RequestContext,
  { queue, limit, ahead, lease_seconds, worker }: ClaimInput,
  signal: AbortSignal | undefined,
): Promise<ClaimedTask[]> {
  await releaseJobs(engine, driver);
  const now = engine.clock.now();
  const lease = uuidv7(now);
  const rows = await claimJobRows(driver, {
    ...{ workspaceId: principal.workspaceId, queue, kind: TASK, now, lease, worker },
    ...{ leaseUntil: now + lease_seconds * 1000, most: limit, ahead },
  });
  if (!signal?.aborted) {
    return rows.map((row) => ({
      ...describeJob(row),
      lease,
      traceparent: traceparentOf(attemptTrace({ ...row, lease })),
    }));
  }
  // Nobody hears of them: others need not wait until the lease ends.
  const ends = rows.map(({ id }) => givenBack({ id, lease }));
  await endJobs(engine, driver, principal.workspaceId, ends);
  return [];
}
