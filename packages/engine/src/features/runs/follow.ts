import { firstUuidv7, invalid, isUuid, PlinthError } from "@plinth/core";
import { listRuns } from "@plinth/db";
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
  const from = after ?? settled();
  if (after === undefined) return { data: [], next: from };
  const sleep = sleeper();
  const end = (): void => sleep.end();
  signal?.addEventListener("abort", end);
  const until = performance.now() + wait * 1000;
  try {
    for (;;) {
      const before = settled();
      const range = { from, before, limit: MOST_AT_ONCE, isOldestFirst: true };
      const found = before <= from ? [] : await listRuns(driver, principal.workspaceId, { ...filter, ...range });
      const left = until - performance.now();
      if (found.length > 0 || left <= 0 || signal?.aborted || lifecycleOf(engine).stopping) {
        const last = found.length === MOST_AT_ONCE ? afterId(found.at(-1)!.id) : undefined;
        return { data: found.map(describeRun), next: last ?? [from, before].toSorted().at(-1)! };
      }
      await sleep.for(Math.min(engine.scheduler.isLasting ? LOOK_MS : LOOK_IN_REQUEST_MS, left));
    }
  } finally {
    signal?.removeEventListener("abort", end);
  }
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
