import { firstUuidv7, invalid, isUuid, PlinthError, type SqlDriver } from "@plinth/core";
import { type ListedRunRow, listAttempts, listRuns } from "@plinth/db";
import { sleeper } from "../../changelog/sleeper.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { lifecycleOf } from "../../kernel/lifecycle.ts";
import { service } from "../../kernel/services.ts";
import * as z from "../../kernel/zod.ts";
import { describeRun, runFilter, type ShownRun } from "./service.ts";

/** Other processes, whose clocks differ a little, may still store runs of this time. */
const SETTLE_MS = 1000;
const LONGEST_WAIT = 25;
const LOOK_MS = 1000;
/** In a process that does not last: such hosts limit the statements of a request. */
const LOOK_IN_REQUEST_MS = 2500;
const MOST_AT_ONCE = 200;
/** Of flows: some databases take few parameters in a statement. */
const MOST_ATTEMPTS = 50;
/** A place that is further ahead is of a clock that has been set back. */
const MOST_AHEAD_MS = 60_000;
/** Of runs that are stored when they begin, and the kind of the jobs that carry them out. */
const FLOW = "flow";
/** Of one workspace, in one process. */
const MOST_WAITING = 50;

export const followRunsSchema = z.strictObject({
  ...runFilter,
  after: z.string().max(100).optional().describe("The `next` of the answer before. Absent: from now on"),
  wait: z.coerce.number().int().min(0).max(LONGEST_WAIT).default(20).describe("Seconds to wait where there is none"),
});

export interface FollowedRuns {
  data: ShownRun[];
  next: string;
}

const waiting = service("who follows runs", (_: Engine) => new Map<string, number>());

/** Runs that are stored after a point, the oldest first; waits for one where there is none. `signal`: nobody waits any more. */
export async function followRuns(
  ctx: RequestContext,
  { after, wait, ...filter }: z.output<typeof followRunsSchema>,
  signal?: AbortSignal,
): Promise<FollowedRuns> {
  if (after !== undefined && !isUuid(after)) throw invalid("after", "must be the `next` of an answer");
  const { engine, principal } = ctx;
  const { workspaceId } = principal;
  const counts = waiting(engine);
  const count = counts.get(workspaceId) ?? 0;
  if (count >= MOST_WAITING)
    throw new PlinthError("OVERLOADED", `More than ${MOST_WAITING} follow the log of runs here.`, { retry_after: 5 });
  counts.set(workspaceId, count + 1);
  try {
    return await whenThere(ctx, { after: after?.toLowerCase(), wait, filter }, signal);
  } finally {
    const left = counts.get(workspaceId)! - 1;
    if (left === 0) counts.delete(workspaceId);
    else counts.set(workspaceId, left);
  }
}

interface Following {
  readonly after: string | undefined;
  readonly wait: number;
  readonly filter: Omit<z.output<typeof followRunsSchema>, "after" | "wait">;
}

async function whenThere(
  { engine, driver, principal }: RequestContext,
  { after, wait, filter }: Following,
  signal: AbortSignal | undefined,
): Promise<FollowedRuns> {
  const settled = () => firstUuidv7(engine.clock.now() - SETTLE_MS);
  const isAhead = after !== undefined && after > firstUuidv7(engine.clock.now() + MOST_AHEAD_MS);
  const from = after === undefined || isAhead ? settled() : after;
  if (after === undefined) return { data: [], next: from };
  const sleep = sleeper();
  const end = (): void => sleep.end();
  signal?.addEventListener("abort", end);
  const until = performance.now() + wait * 1000;
  try {
    for (;;) {
      const before = settled();
      const { found, next } = await runsBetween(driver, principal.workspaceId, { from, before, filter });
      const left = until - performance.now();
      if (found.length > 0 || left <= 0 || signal?.aborted || lifecycleOf(engine).stopping) {
        return { data: found.map(describeRun), next };
      }
      await sleep.for(Math.min(engine.scheduler.isLasting ? LOOK_MS : LOOK_IN_REQUEST_MS, left));
    }
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

/**
 * Runs that were stored in between, and those of flows that began before and of which an attempt ended in between: their ids are of their
 * beginning, that of the attempt is of its end.
 */
async function runsBetween(
  driver: SqlDriver,
  workspaceId: string,
  { from, before, filter }: Pick<Following, "filter"> & { readonly from: string; readonly before: string },
): Promise<{ found: ListedRunRow[]; next: string }> {
  if (before <= from) return { found: [], next: from };
  const { kind = FLOW } = filter;
  const between = { jobKind: FLOW, from, before, limit: MOST_ATTEMPTS };
  const attempts = kind === FLOW ? await listAttempts(driver, workspaceId, between) : [];
  const until = attempts.length === MOST_ATTEMPTS ? afterId(attempts.at(-1)!.id) : before;
  const range = { from, before: until, limit: MOST_AT_ONCE, isOldestFirst: true };
  const stored = await listRuns(driver, workspaceId, { ...filter, ...range });
  const next = stored.length === MOST_AT_ONCE ? afterId(stored.at(-1)!.id) : until;
  const jobs = [...new Set(attempts.filter(({ id }) => id < next).map(({ jobId }) => jobId))];
  if (jobs.length === 0) return { found: stored, next };
  const earlier = { kind: FLOW, jobs, before: from, limit: MOST_ATTEMPTS };
  return { found: [...(await listRuns(driver, workspaceId, { ...filter, ...earlier })), ...stored], next };
}

/** The least id after this one. */
function afterId(id: string): string {
  const digits = (BigInt(`0x${id.replaceAll("-", "")}`) + 1n).toString(16).padStart(32, "0");
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([at, end]) => digits.slice(at, end))
    .join("-");
}
