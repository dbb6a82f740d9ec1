import { type Json, uuidv7 } from "@plinth/core";
import { commit } from "../../../commit/commit.ts";
import { nameOfCaller } from "../../../commit/mutate.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { eventKey, eventName, type JobEvents, type NewJobEvent } from "../../../kernel/job-events.ts";
import { announceJobs } from "../../../kernel/jobs.ts";
import * as z from "../../../kernel/zod.ts";
import { jsonWithin } from "../ending.ts";
import { deliverSome } from "./deliver.ts";
import { describeEvent, type JobEvent } from "./job-event.ts";
import { insertJobEvent, type JobEventRow } from "./repository.ts";

const MAX_EVENT_BYTES = 64 * 1024;

export const postEventSchema = z.strictObject({
  name: eventName.describe("What has happened"),
  key: eventKey.describe("To whom or to what, such as an id. Steps that wait for this name and key get it"),
  payload: z.json().default(null).describe(`At most ${MAX_EVENT_BYTES} bytes`),
});

/** Stores an event, and wakes the jobs that wait for it. Where very many do, the rest of them follow within seconds. */
export async function postJobEvent(
  ctx: RequestContext,
  { name, key, payload }: z.output<typeof postEventSchema>,
): Promise<JobEvent> {
  const row = newEvent(ctx, { name, key: key ?? "", payload: payload as Json });
  const queries = [insertJobEvent(ctx.driver, row)];
  const event = await commit(ctx, { queries, data: describeEvent(row), lasting: false });
  await deliver(ctx, row);
  return event;
}

/** For other parts of the server. */
export const jobEvents: JobEvents = {
  post(ctx, event) {
    const row = newEvent(ctx, event);
    return { query: insertJobEvent(ctx.driver, row), deliver: () => deliver(ctx, row) };
  },
};

function newEvent({ principal, now }: RequestContext, { name, key, payload }: NewJobEvent): JobEventRow {
  return {
    ...{ id: uuidv7(now), workspaceId: principal.workspaceId, name, key },
    payload: jsonWithin(payload, MAX_EVENT_BYTES, "payload"),
    createdBy: nameOfCaller(principal),
    createdAt: now,
    pending: true,
  };
}

/** The event is stored, so nobody hears that this fails or is cut short: the schedule goes on with it. */
async function deliver(ctx: RequestContext, row: JobEventRow): Promise<void> {
  try {
    const { woken } = await deliverSome(ctx.engine, ctx.driver, row);
    if (woken.length > 0) await announceJobs(ctx, woken);
  } catch (error) {
    ctx.engine.log.warn("an event is delivered later", { event: row.id, error: String(error) });
  }
}
