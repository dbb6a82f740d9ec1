import { isObject, JobSuspended, type Json, RUN_TRIGGERS } from "@plinth/core";
import { claimProof } from "@plinth/db";
import type { JobContext, RunningJob } from "../../../kernel/jobs.ts";
import { beginRun, type RunOutcome, type RunTrigger, type WithSpan } from "../../../runs/index.ts";
import { NodeFailed } from "./step-record.ts";

interface LoggedFlow {
  readonly job: RunningJob;
  readonly context: JobContext;
  /** Of the run in the log. Absent where an earlier server has begun it. */
  readonly run: string | undefined;
  /** This attempt begins it. */
  readonly isNew: boolean;
  readonly version: number;
}

/** Logs a run of a flow as one run, whatever attempts of its job it takes. Its nodes are the spans. */
export async function logRun(
  { job, context, run: id, isNew, version }: LoggedFlow,
  work: (span: WithSpan) => Promise<Json>,
): Promise<Json> {
  const { engine, driver, signal, trace } = context;
  const { workspaceId, createdBy: actor, requestId, name, createdAt: startedAt } = job;
  const started = {
    id,
    isNew,
    kind: "flow",
    name,
    version,
    jobId: job.id,
    proof: claimProof(job),
    startedAt,
    ...startOf(job.payload),
  } as const;
  const run = await beginRun({ engine, driver, workspaceId, actor, requestId, parent: trace }, started);
  try {
    const result = await work(run.span);
    await run.end({ status: "succeeded" });
    return result;
  } catch (error) {
    await run.end(outcomeOf(error, signal));
    throw error;
  }
}

function outcomeOf(error: unknown, signal: AbortSignal): RunOutcome {
  if (error instanceof JobSuspended) return { status: "suspended" };
  if (error instanceof NodeFailed) return { status: "failed", error: { message: `${error.path}: ${error.message}` } };
  if (signal.aborted) return { status: "cancelled" };
  return { status: "failed", error: { message: "The server could not run it; its log says why." } };
}

/** What has started it, and the item that it is about. */
function startOf(payload: Json): { readonly trigger: RunTrigger; readonly item?: string } {
  const trigger = isObject(payload) && isObject(payload.trigger) ? payload.trigger : {};
  const type = RUN_TRIGGERS.find((known) => known === trigger.type) ?? "manual";
  const about = [trigger.change, trigger.item].find((part) => isObject(part));
  const id = isObject(about) ? about.id : undefined;
  return { trigger: type, ...(typeof id === "string" && { item: id }) };
}
