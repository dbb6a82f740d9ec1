import { type Change, type Json, type JsonObject, sha256Hex } from "@plinth/core";
import type { JobRow, JobTriggerRow } from "@plinth/db";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { jobQueueSettings } from "../kernel/job-queues.ts";
import { jobHandlers } from "../kernel/jobs.ts";
import { traceOfRequest, traceparentOf } from "../kernel/trace.ts";
import { newJobRow } from "../write/new-job.ts";
import { templateOf } from "./trigger.ts";

/** What a job is stored for. */
export interface Occasion {
  /** Milliseconds, of the job's id. */
  readonly at: number;
  /** What the trigger stores one job for: an instant, or a position in the log. */
  readonly key: string;
  /** What the job gets as `trigger`. */
  readonly trigger: JsonObject;
  /** Of jobs with one key, one is active at a time. Absent: as the template says. */
  readonly concurrencyKey?: string;
  /** The request that has caused it. Absent: none has. */
  readonly requestId?: string | null;
  /** The order among them. Absent: that of `at`. */
  readonly runAt?: number;
}

/** A change that a trigger stores a job for. */
export interface ChangeOccasion extends Occasion {
  readonly change: Change;
}

/** The job of a trigger for an occasion. It has the same id whoever makes it, and however often. */
export async function triggeredJob(
  { engine, driver }: Pick<RequestContext, "engine" | "driver">,
  row: JobTriggerRow,
  occasion: Occasion,
): Promise<JobRow> {
  const { id, workspaceId, owner } = row;
  const { kind, queue, name = kind, payload, max_attempts, priority, concurrency_key } = templateOf(row);
  const { at, key, trigger, concurrencyKey = concurrency_key ?? null, runAt = at, requestId = null } = occasion;
  const queues = await jobQueueSettings(engine, driver, workspaceId);
  const maxAttempts = max_attempts ?? queues(queue).maxAttempts;
  const trace = traceOfRequest(requestId);
  return newJobRow({
    ...{ id: await idOf(at, `${id}/${key}`), workspaceId, queue, kind, name, priority, maxAttempts },
    ...{ payload: payloadOf(engine, { kind, payload }, trigger), uniqueKey: null, concurrencyKey },
    ...{ runAt, isReady: true, createdBy: owner, createdAt: engine.clock.now() },
    ...{ requestId, traceparent: trace ? traceparentOf(trace) : null },
  });
}

function payloadOf(
  engine: Engine,
  { kind, payload }: { readonly kind: string; readonly payload: Json },
  trigger: JsonObject,
): Json {
  const handler = jobHandlers(engine).get(kind);
  return handler?.triggered?.(payload, trigger) ?? { ...(payload as JsonObject | null), trigger };
}

/** The version of the UUIDs that jobs of triggers have. Others have 7. */
const TRIGGER_VERSION = "8";

/** Whether a trigger has stored a job: its id says so, which no caller chooses, as it may the payload. */
export const isOfTrigger = (jobId: string): boolean => jobId[14] === TRIGGER_VERSION;

/** A UUID that begins as those of version 7, with the time, and whose other part follows from a text. */
async function idOf(at: number, text: string): Promise<string> {
  const time = Math.max(0, at).toString(16).padStart(12, "0");
  const hash = await sha256Hex(text);
  const variant = (8 + (Number.parseInt(hash[3]!, 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${TRIGGER_VERSION}${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
