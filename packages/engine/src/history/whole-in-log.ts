import { type Change, type ChangeLog, PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";

const NEVER_TRIMMED = "1.0.0";
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i;
/** Pages of the log that are read for its oldest change of this workspace. */
const MAX_PAGES = 20;

/**
 * Throws where the log has no change of these requests, or may have lost some: it was trimmed, and what it still has begins
 * after one of the requests began.
 */
export async function requireWholeInLog(
  ctx: RequestContext,
  log: ChangeLog,
  requestIds: readonly string[],
  found: number,
): Promise<void> {
  const start = await log.start();
  const oldest = await oldestChange(ctx, log, start);
  if (oldest && mayBeBefore(requestIds, oldest)) {
    const left = found === 0 ? "none of its changes" : `${found} of its changes, and perhaps not all`;
    const message = `The change log begins after this request: it still has ${left}. Nothing was written.`;
    throw new PlinthError("GONE", message, { field: "request_id", changes_left: found, log_start: start });
  }
  if (found > 0) return;
  const message = "The change log has no change of this request. Send the x-request-id of the answer to the write.";
  throw new PlinthError("NOT_FOUND", message, { field: "request_id" });
}

/** Whether a request may have made changes that are older than the oldest one that is kept. */
function mayBeBefore(requestIds: readonly string[], { at, requestId }: Change): boolean {
  if (requestId !== null && requestIds.includes(requestId)) return true;
  return Math.min(...requestIds.map(timeOf)) < Date.parse(at);
}

/** When the server made the id; later than everything for other ids, of which nothing is known. */
function timeOf(requestId: string): number {
  const match = UUID_V7.exec(requestId);
  return match ? Number.parseInt(match[1]! + match[2]!, 16) : Number.POSITIVE_INFINITY;
}

/** The oldest change that is kept. Undefined: nothing was trimmed, or it is not found quickly. */
async function oldestChange({ catalog }: RequestContext, log: ChangeLog, start: string): Promise<Change | undefined> {
  if (start === NEVER_TRIMMED) return undefined;
  let after = start;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { changes, next, more } = await log.read(catalog.workspaceId, after, { limit: 1 });
    if (changes[0] || !more) return changes[0];
    after = next;
  }
  return undefined;
}
