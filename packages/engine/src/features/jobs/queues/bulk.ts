import { isUuid } from "@plinth/core";
import { cancelRunsOfJobs, changeJobs, OWN_UNIQUE_KEY, type SelectedJob, selectJobs } from "@plinth/db";
import { commit } from "../../../commit/commit.ts";
import { recordOf } from "../../../identity/security-events.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { KEEP_CANCELLED_MS } from "../../../kernel/job-queues.ts";
import { announceJobs } from "../../../kernel/jobs.ts";
import { plainText } from "../../../kernel/plain-text.ts";
import * as z from "../../../kernel/zod.ts";
import { requireQueueName } from "../../../write/job-input.ts";
import { ended, RUN_AGAIN, refuseOpenKey } from "../ending.ts";

/** Of one request. */
const MOST_AT_ONCE = 500;

const instant = z.iso.datetime({ offset: true });

const selection = {
  name: plainText(1, 100).optional(),
  after: z.string().refine(isUuid, "must be the id of a job").optional().describe("The `next` of the answer before"),
};

export const replayJobsSchema = z.strictObject({
  ...selection,
  since: instant.optional().describe("Jobs that died from this time on"),
  until: instant.optional().describe("Jobs that died before this time"),
});

export const cancelJobsSchema = z.strictObject({
  ...selection,
  states: z
    .array(z.enum(["scheduled", "pending"]))
    .min(1)
    .default(["scheduled", "pending"])
    .describe("Those whose time has not come, those that can be claimed, or both"),
});

/** What became of a slice. `next`: there may be more, after this job. */
interface Slice {
  next: string | null;
}

/** Runs dead jobs of a queue once more. One with a unique key that another job has stays as it is. */
export async function replayJobs(
  ctx: RequestContext,
  queue: string,
  { since, until, ...which }: z.output<typeof replayJobsSchema>,
): Promise<Slice & { replayed: number; passed_over: number }> {
  const { driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const states = ["dead"] as const;
  const time = { since: msOf(since), until: msOf(until) };
  const found = await selectJobs(
    driver,
    { ...which, ...time, workspaceId, queue: requireQueueName(queue), states },
    MOST_AT_ONCE,
  );
  const chosen = withKeysOfTheirOwn(found);
  const change = { ...RUN_AGAIN, runAt: now, openKey: OWN_UNIQUE_KEY };
  const ids = chosen.map(({ id }) => id);
  const data = { replayed: ids.length, passed_over: found.length - ids.length, next: nextOf(found) };
  const queries = [
    ...changeJobs(driver, { workspaceId, states, ids }, change),
    recordOf(ctx, { type: "jobs_replay", target: `job_queue:${queue}`, detail: { replayed: ids.length } }),
  ];
  const answer = await commit(ctx, { queries, data, lasting: false }).catch(refuseOpenKey);
  await announceJobs(ctx, chosen);
  return answer;
}

/** Ends jobs of a queue that wait. Those that are active go on. */
export async function cancelJobs(
  ctx: RequestContext,
  queue: string,
  { states, ...which }: z.output<typeof cancelJobsSchema>,
): Promise<Slice & { cancelled: number }> {
  const { driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const found = await selectJobs(
    driver,
    { ...which, workspaceId, queue: requireQueueName(queue), states },
    MOST_AT_ONCE,
  );
  const ids = found.map(({ id }) => id);
  const data = { cancelled: ids.length, next: nextOf(found) };
  const queries = [
    ...changeJobs(driver, { workspaceId, states, ids }, ended(now, "cancelled", KEEP_CANCELLED_MS)),
    cancelRunsOfJobs(driver, workspaceId, { jobIds: ids, now }),
    recordOf(ctx, { type: "jobs_cancel", target: `job_queue:${queue}`, detail: { cancelled: ids.length } }),
  ];
  return commit(ctx, { queries, data, lasting: false });
}

const msOf = (instant: string | undefined) => (instant === undefined ? undefined : Date.parse(instant));

const nextOf = (found: readonly SelectedJob[]): string | null =>
  found.length === MOST_AT_ONCE ? found.at(-1)!.id : null;

/** One job of each unique key, unless it is taken. */
function withKeysOfTheirOwn(found: readonly SelectedJob[]): SelectedJob[] {
  const keys = new Set<string>();
  return found.filter(({ uniqueKey, isKeyTaken }) => {
    if (uniqueKey === null) return true;
    if (isKeyTaken || keys.has(uniqueKey)) return false;
    keys.add(uniqueKey);
    return true;
  });
}
