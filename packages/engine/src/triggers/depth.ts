import { type Change, isObject, type Json, type SqlDriver } from "@plinth/core";
import { payloadsOfJobs } from "@plinth/db";

/** A change that jobs of triggers have caused one after the other causes no other one beyond so many: they may be a loop. */
export const MOST_DEPTH = 10;

/** How many triggers led to a job, by its payload; 0: none did. */
export function triggerDepth(payload: Json): number {
  if (!isObject(payload)) return 0;
  const { trigger, data } = payload;
  if (isObject(trigger)) return typeof trigger.depth === "number" ? trigger.depth : 1;
  // Jobs that are posted to a URL have it in what is posted.
  return isObject(data) ? triggerDepth({ trigger: data.trigger ?? null }) : 0;
}

const REQUEST = /^job:(.+)$/;

/** What the log names in place of the request, where a job has written: no caller can choose it. */
export const requestOfJob = (id: string): string => `job:${id}`;

/** How many triggers lead to what changes cause, by the requests of the changes. */
export async function depthsOf(
  driver: SqlDriver,
  workspaceId: string,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, number>> {
  const ids = new Set(changes.flatMap(({ requestId }) => REQUEST.exec(requestId ?? "")?.[1] ?? []));
  const depths = new Map<string, number>();
  if (ids.size === 0) return depths;
  for (const [id, payload] of await payloadsOfJobs(driver, workspaceId, [...ids])) {
    depths.set(requestOfJob(id), triggerDepth(JSON.parse(payload) as Json) + 1);
  }
  return depths;
}
