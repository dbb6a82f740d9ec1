import { type Change, isObject, type Json, type JsonObject, type SqlDriver, type SqlQuery } from "@plinth/core";
import { insertSecurityEvent, type JobTriggerRow, originsOfJobs } from "@plinth/db";
import { isOfTrigger } from "./triggered-job.ts";

/** A change that jobs of triggers have caused one after the other causes no other one beyond so many: they may be a loop. */
export const MOST_DEPTH = 10;
export const IS_LOOP = `A chain of ${MOST_DEPTH} triggers ends here: is it a loop?`;

/** The same for failures of jobs that failures have started: each may start several, so that their number multiplies. */
export const MOST_FAILURES = 3;
export const FAILS_ON = `A chain of ${MOST_FAILURES} triggers for failed jobs ends here: is it a loop?`;

/** The statement that records that a chain was ended. */
export function loopEvent(
  driver: SqlDriver,
  { workspaceId, owner, name }: JobTriggerRow,
  what: JsonObject,
  now: number,
): SqlQuery {
  return insertSecurityEvent(driver, {
    ...{ workspaceId, at: now, type: "trigger_loop", outcome: "failed" },
    ...{ target: owner, detail: { name, ...what } },
  });
}

/** How many triggers led to a job, by its payload; 0: none did. */
export function triggerDepth(payload: Json): number {
  if (!isObject(payload)) return 0;
  const { trigger, data } = payload;
  if (isObject(trigger)) return typeof trigger.depth === "number" ? Math.max(1, trigger.depth) : 1;
  // Jobs that are posted to a URL have it in what is posted.
  return isObject(data) ? triggerDepth({ trigger: data.trigger ?? null }) : 0;
}

const REQUEST = /^job:(.+)$/;

/** What the log names in place of the request, where a job has written: no caller can choose it. */
export const requestOfJob = (id: string): string => `job:${id}`;

const jobOf = (requestId: string | null): string | undefined => REQUEST.exec(requestId ?? "")?.[1];

/** Of jobs that jobs have enqueued, one after the other. A longer chain counts as one that is too deep. */
const MOST_JOBS = 20;

/**
 * How many triggers lead to what changes cause, by the requests of the changes. A job that another one has enqueued is as deep as that
 * one.
 */
export async function depthsOf(
  driver: SqlDriver,
  workspaceId: string,
  changes: readonly Pick<Change, "requestId">[],
): Promise<ReadonlyMap<string, number>> {
  const depths = new Map<string, number>();
  /** Requests whose depth is not known yet, and the job that says it. */
  let open = new Map(
    changes.flatMap(({ requestId }) => {
      const job = jobOf(requestId);
      return job === undefined ? [] : [[requestId!, job]];
    }),
  );
  for (let jobs = 0; open.size > 0 && jobs < MOST_JOBS; jobs++) {
    const origins = await originsOfJobs(driver, workspaceId, [...new Set(open.values())]);
    const next = new Map<string, string>();
    for (const [request, job] of open) {
      const origin = origins.get(job);
      // What others enqueue may say anything of itself.
      const depth = origin && isOfTrigger(job) ? triggerDepth(JSON.parse(origin.payload) as Json) : 0;
      const earlier = jobOf(origin?.requestId ?? null);
      if (depth > 0) depths.set(request, depth + 1);
      else if (earlier !== undefined) next.set(request, earlier);
    }
    open = next;
  }
  for (const request of open.keys()) depths.set(request, MOST_DEPTH + 1);
  return depths;
}
