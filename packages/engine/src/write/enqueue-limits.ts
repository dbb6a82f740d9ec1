import { PlinthError } from "@plinth/core";
import { countJobsThatWait, lengthOfJobChain } from "@plinth/db";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";

/** Beyond so many jobs of a workspace that wait, functions store no more. */
const MOST_THAT_WAIT = 100_000;
/** Jobs of functions, each of which has stored the next one. */
const LONGEST_CHAIN = 100;
/** Requests of jobs, which no caller can name. */
const OF_A_JOB = "job:";
/** They are counted once in so many milliseconds; between, this process adds what it stores. */
const COUNT_EVERY_MS = 30_000;

const counted = service("jobs that wait", (_: Engine) => new Lru<string, { at: number; waiting: number }>(1000));

/**
 * Throws `LIMIT_EXCEEDED` where a function stores too many jobs: one that starts itself, or two that start each other, would do so for ever, and
 * nobody would see it before the disk is full.
 */
export async function requireRoomForJobs(ctx: RequestContext, jobs: number): Promise<void> {
  const { engine, driver, principal, requestId } = ctx;
  const { functionName, workspaceId } = principal;
  if (functionName === undefined || jobs === 0) return;
  if (requestId?.startsWith(OF_A_JOB)) {
    const jobId = requestId.slice(OF_A_JOB.length);
    const length = await lengthOfJobChain(driver, workspaceId, { jobId, most: LONGEST_CHAIN });
    if (length >= LONGEST_CHAIN)
      throw new PlinthError(
        "LIMIT_EXCEEDED",
        `${LONGEST_CHAIN} jobs have led to this one, each of which has stored the next. Use steps that sleep, or a schedule.`,
      );
  }
  const now = engine.clock.now();
  let known = counted(engine).get(workspaceId);
  if (!known || Math.abs(now - known.at) >= COUNT_EVERY_MS) {
    known = { at: now, waiting: await countJobsThatWait(driver, workspaceId, MOST_THAT_WAIT) };
    counted(engine).set(workspaceId, known);
  }
  if (known.waiting + jobs > MOST_THAT_WAIT)
    throw new PlinthError(
      "LIMIT_EXCEEDED",
      `Functions store no more jobs while ${MOST_THAT_WAIT} of the workspace wait.`,
    );
  known.waiting += jobs;
}
