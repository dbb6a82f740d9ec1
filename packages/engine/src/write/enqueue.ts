import { excerpt, invalid, type Json, type Principal, type Row, uuidv7 } from "@plinth/core";
import { enqueueTrees, findJobByKey, findJobRow, JOB_COLLECTION, type JobRow, jobInRow } from "@plinth/db";
import { requireActions } from "../access/has-actions.ts";
import { nameOfCaller } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";
import type { JobQueueSettings } from "../kernel/job-queues.ts";
import { jobHandlers, TASK } from "../kernel/jobs.ts";
import { traceOf, traceparentOf } from "../kernel/trace.ts";
import { describeJob } from "./describe-job.ts";
import { type EnqueueInput, MAX_PAYLOAD_BYTES } from "./job-input.ts";
import { newJobRow } from "./new-job.ts";
import type { KnownItem } from "./references.ts";
import type { WriteOperation } from "./write-batch.ts";

/** A job that is stored by a batch, if and only if the rest of it is. */
export interface EnqueueOperation extends WriteOperation {
  readonly job: JobRow;
  /** Null: an earlier job with its unique key may be there, which is found while the batch runs. */
  readonly known: KnownItem | null;
}

interface EnqueueContext {
  /** The path of a field in the caller's body. */
  readonly at: (field: string) => string;
  readonly queues: (queue: string) => Pick<JobQueueSettings, "maxAttempts">;
  /** Its place in a batch. */
  readonly operation?: number;
  /** Whether the server itself has made the payload, which may hold what callers must not claim. */
  readonly isServers?: boolean;
}

export function enqueueOperation(
  ctx: RequestContext,
  input: EnqueueInput,
  { at, queues, operation, isServers = false }: EnqueueContext,
): EnqueueOperation {
  requireMayEnqueue(ctx.principal, input, at);
  if (!isServers) requirePayload(ctx, input, at);
  const row = jobRow(ctx, { ...input, max_attempts: input.max_attempts ?? queues(input.queue).maxAttempts }, at);
  const replay = (): Json => ({ $job: [row.id, row.queue, row.openKey] satisfies JobReplay });
  return {
    job: row,
    steps: [{ trees: enqueueTrees(row), explain: (error) => error, ...(operation !== undefined && { operation }) }],
    answer: ([results]) => ({ ...describeJob(jobInRow(results![1]!.rows[0] as Row)) }) as unknown as Json,
    replay,
    known: row.openKey === null ? { collection: JOB_COLLECTION, row: { id: row.id }, provided: [] } : null,
  };
}

/** Jobs act for the workspace. A function stores those that it declares, whoever calls it. */
function requireMayEnqueue(
  principal: Principal,
  { queue, kind, name }: EnqueueInput,
  at: (field: string) => string,
): void {
  const { functionName, enqueues = [] } = principal;
  if (functionName === undefined) {
    requireActions(principal, ["jobs:write"], at("queue"));
    return;
  }
  const wanted = kind === TASK ? queue : `${kind}:${name ?? kind}`;
  if (!enqueues.includes(wanted))
    throw invalid(
      at(kind === TASK ? "queue" : "kind"),
      `the permissions of this function do not name ${excerpt(wanted)}`,
      "FORBIDDEN",
    );
}

/** A job in a stored answer: its id, or the key by which an earlier one may have been found in its place. */
export type JobReplay = [id: string, queue: string, openKey: string | null];

/** As it is now. It may have been deleted, or be an earlier one that has ended since. */
export async function replayedJob(
  { driver, principal }: RequestContext,
  ...[id, queue, key]: JobReplay
): Promise<Json> {
  const { workspaceId } = principal;
  const row =
    (await findJobRow(driver, workspaceId, id)) ??
    (key === null ? undefined : await findJobByKey(driver, workspaceId, { queue, key }));
  return row ? ({ ...describeJob(row) } as unknown as Json) : { id: key === null ? id : null };
}

function jobRow(
  ctx: RequestContext,
  input: EnqueueInput & { readonly max_attempts: number },
  at: (field: string) => string,
): JobRow {
  const { now, engine, principal } = ctx;
  const { queue, kind, priority, unique_key: uniqueKey = null, max_attempts: maxAttempts } = input;
  const runAt = runAtOf(input, now, at);
  const name = input.name ?? (kind === TASK ? undefined : kind);
  if (name === undefined) throw invalid(at("name"), "is required");
  const trace = traceOf(ctx);
  const isReady = runAt <= engine.clock.now();
  return newJobRow({
    ...{ id: uuidv7(now), workspaceId: principal.workspaceId, queue, kind, name, priority, maxAttempts, uniqueKey },
    ...{ runAt, isReady, payload: input.payload, concurrencyKey: input.concurrency_key ?? null },
    ...{ createdBy: nameOfCaller(principal), createdAt: now },
    ...{ requestId: ctx.requestId ?? null, traceparent: trace ? traceparentOf(trace) : null },
  });
}

function runAtOf({ delay, run_at }: EnqueueInput, now: number, at: (field: string) => string): number {
  if (delay !== undefined && run_at !== undefined) throw invalid(at("run_at"), "send delay or run_at, not both");
  return run_at === undefined ? now + (delay ?? 0) * 1000 : Math.max(now, Date.parse(run_at));
}

/** Throws `VALIDATION` for a payload that is too large or that the kind cannot take, and for a kind that is not there. */
export function requirePayload(
  { engine }: RequestContext,
  { kind, payload }: Pick<EnqueueInput, "kind" | "payload">,
  at: (field: string) => string,
): void {
  const bytes = new TextEncoder().encode(JSON.stringify(payload)).length;
  if (bytes > MAX_PAYLOAD_BYTES)
    throw invalid(at("payload"), `may take ${MAX_PAYLOAD_BYTES} bytes, and takes ${bytes}`, "LIMIT_EXCEEDED");
  if (kind === TASK) return;
  const handlers = jobHandlers(engine);
  const handler = handlers.get(kind);
  if (!handler) throw invalid(at("kind"), `must be one of ${[TASK, ...handlers.keys()].join(", ")}`);
  const wrong = handler.check?.(engine, payload);
  if (wrong) throw invalid(at(wrong.field), wrong.problem);
}
