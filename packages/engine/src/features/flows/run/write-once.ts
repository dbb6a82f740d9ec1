import { type JobSteps, type Json, type JsonObject, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { JobFailure } from "../../../kernel/jobs.ts";
import { acquireLock, releaseKey } from "../../../write/idempotency.ts";

/** No key of a request has a line break. */
const keyOf = (job: string, path: string, attempt: string): string => `flow\njob:${job}:${path}:${attempt}`;

interface OnceOptions {
  readonly step: JobSteps;
  readonly jobId: string;
  readonly path: string;
}

/**
 * A write of a node. Its key is kept before it: whoever tries again after the death of the server finds the write done, and a node
 * that is to run again has a new one.
 */
export async function writeOnce(
  ctx: RequestContext,
  { step, jobId, path }: OnceOptions,
  work: (ctx: RequestContext) => Promise<Json>,
): Promise<Json> {
  const own = await step.run(`${path}.key`, () => crypto.randomUUID() as string);
  const acquired = await acquireLock(ctx, { key: keyOf(jobId, path, own), hash: "flow" }).catch(waitForOther);
  if ("answer" in acquired) return (JSON.parse(acquired.answer.body) as JsonObject).data ?? null;
  const { lock } = acquired;
  const answerFor = (data: unknown) => ({ status: 200, etag: null, body: JSON.stringify({ data }) });
  try {
    return await work({ ...ctx, lock: { ...lock, answerFor } });
  } catch (error) {
    await releaseKey(ctx, lock);
    throw error;
  }
}

/** The attempt before may have died in the middle: its lock ends soon. */
function waitForOther(error: unknown): never {
  const isHeld = error instanceof PlinthError && error.code === "CONFLICT";
  throw isHeld ? new JobFailure("An earlier attempt has not let go of its write yet.") : error;
}
