import { DataError, PlinthError, uuidv7 } from "@plinth/core";
import type { ClaimedJob, JobRow } from "@plinth/db";
import { requireNoViewer } from "../../../commit/no-viewer.ts";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import { eventKey, eventName, eventTimeout } from "../../../kernel/job-events.ts";
import { plainText } from "../../../kernel/plain-text.ts";
import * as z from "../../../kernel/zod.ts";
import { lease, lostJob } from "../report.ts";
import { claimedRow, type JobStep, keepStepOf, STEP_NAME } from "../steps.ts";
import { CLOCKS_DIFFER_MS, describeEvent } from "./job-event.ts";
import { endWait, findEventFor, insertWaitQueries, type JobWaitRow } from "./repository.ts";

const MOST_WAITS = 1000;
const LOST = "lost";
const FULL = "full";

export const waitSchema = z.strictObject({
  lease,
  name: plainText(1, STEP_NAME).describe("Of the step"),
  event: eventName.optional().describe("The name of the step unless given"),
  key: eventKey,
  timeout: eventTimeout.describe("Seconds, from the first time that the step asks"),
});

/** The step's result, or until when its job may sleep. */
export type WaitAnswer = { step: JobStep; until: null } | { step: null; until: string };

/** Keeps the event for which a step waits as its result, or null where none came in time. Otherwise an event will wake the job. */
export async function waitForEvent(
  ctx: RequestContext,
  id: string,
  { lease, name, event = name, key, timeout }: z.output<typeof waitSchema>,
): Promise<WaitAnswer> {
  requireNoViewer(ctx.principal);
  const row = await claimedRow(ctx, id);
  const seconds = { step: name, name: event, key: key ?? "", timeoutMs: timeout * 1000 };
  return waitOf(ctx.engine, ctx.driver, { ...row, lease }, seconds);
}

interface WaitInput extends Pick<JobWaitRow, "step" | "name" | "key"> {
  readonly timeoutMs: number;
}

export async function waitOf(
  engine: Engine,
  driver: RequestContext["driver"],
  job: JobRow & ClaimedJob,
  { timeoutMs, ...wanted }: WaitInput,
): Promise<WaitAnswer> {
  const now = engine.clock.now();
  const { id: jobId, workspaceId } = job;
  const row = { id: uuidv7(now), workspaceId, jobId, ...wanted, until: now + timeoutMs, afterEvent: "", eventId: null };
  const queries = insertWaitQueries(driver, row, { lease: job.lease, lost: LOST, full: FULL, most: MOST_WAITS });
  const results = await driver.batch(queries).catch((error: unknown) => {
    throw refusalOf(error, job);
  });
  const stored = results.at(-1)!.rows[0]!;
  const wait = { ...row, id: String(stored.id), until: Number(stored.until), afterEvent: String(stored.after_event) };
  // It is looked for after the wait is stored: one that comes later finds the wait.
  const found = await findEventFor(driver, wait, job.createdAt - CLOCKS_DIFFER_MS);
  const keep = async (result: string, eventId: string): Promise<WaitAnswer> => {
    const step = await keepStepOf(engine, driver, job, { name: wanted.step, result }, [endWait(driver, wait, eventId)]);
    return { step, until: null };
  };
  if (found) return keep(JSON.stringify(describeEvent(found)), found.id);
  if (stored.event_id !== null || wait.until <= now) return keep("null", "");
  return { step: null, until: new Date(wait.until).toISOString() };
}

function refusalOf(error: unknown, job: JobRow): unknown {
  if (!(error instanceof DataError)) return error;
  if (error.guard === LOST) return lostJob(job);
  if (error.guard !== FULL) return error;
  return new PlinthError("LIMIT_EXCEEDED", `A job waits for at most ${MOST_WAITS} events.`, { field: "name" });
}
