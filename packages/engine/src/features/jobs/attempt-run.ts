import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  type ClaimedJob,
  claimProof,
  insertRuns,
  type JobRow,
  lostProof,
  type ReportedJobRow,
  type RunRow,
} from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { spanIdIn, type TraceContext, traceOfJob } from "../../kernel/trace.ts";
import {
  type EndedRun,
  endedRunRow,
  noteRun,
  type RunContext,
  type RunOutcome,
  type RunTrigger,
} from "../../runs/index.ts";
import { isOfTrigger } from "../../triggers/index.ts";

type ClaimedAttempt = ReportedJobRow & ClaimedJob;

/** An attempt that ends, as it is logged. */
export function attemptRow(engine: Engine, driver: SqlDriver, job: ClaimedAttempt, outcome: RunOutcome): RunRow {
  const row = endedRunRow(attemptContext(engine, driver, job), attemptOf(job, outcome));
  noteRun(engine, row);
  return row;
}

/** The statement that stores an attempt that ends, while the job is its claimer's. */
export function attemptRun(engine: Engine, driver: SqlDriver, job: ClaimedAttempt, outcome: RunOutcome): SqlQuery {
  return insertRuns(driver, [attemptRow(engine, driver, job, outcome)], claimProof(job));
}

/** The statement that stores the attempts of workers that have not reported in time. */
export function lostRuns(engine: Engine, driver: SqlDriver, lost: readonly JobRow[], message: string): SqlQuery {
  const rows = lost.flatMap(({ lease, ...job }) => {
    if (lease === null) return [];
    const run = attemptOf({ ...job, lease }, { status: "lost", error: { message } });
    const row = endedRunRow(attemptContext(engine, driver, job), run);
    noteRun(engine, row);
    return [row];
  });
  return insertRuns(driver, rows, lostProof(engine.clock.now()));
}

function attemptOf(job: ClaimedAttempt, outcome: RunOutcome): EndedRun {
  const { kind, name, id, queue, attempts, worker, startedAt } = job;
  return {
    ...{ kind: "job", name, trigger: runTriggerOf(job), jobId: id, spanId: attemptTrace(job).spanId },
    ...{ startedAt: startedAt ?? job.createdAt, ...outcome },
    attributes: {
      "job.kind": kind,
      "job.queue": queue,
      "job.attempt": attempts,
      ...(worker && { "job.worker": worker }),
    },
  };
}

const TRIGGERED = /"trigger":\{"type":"(cron|change|date|job_failed)"/;

/** Of jobs that others have enqueued, the payload may say anything. */
const triggeredIn = ({ id, payload }: Pick<JobRow, "id" | "payload">): RegExpExecArray | null =>
  isOfTrigger(id) ? TRIGGERED.exec(payload) : null;

export function runTriggerOf(job: Pick<JobRow, "id" | "payload">): RunTrigger {
  return (triggeredIn(job)?.[1] ?? "enqueue") as RunTrigger;
}

/** The part of the payload that says it. */
export function triggerIn(job: Pick<JobRow, "id" | "payload">): string {
  // A part of a text may keep the whole in memory.
  return `"trigger":{"type":"${runTriggerOf(job)}"`;
}

function attemptContext(engine: Engine, driver: SqlDriver, job: Omit<ReportedJobRow, "lease">): RunContext {
  const { workspaceId, createdBy: actor, requestId, traceparent } = job;
  return { engine, driver, workspaceId, actor, requestId, parent: traceOfJob({ traceparent, id: job.id }) };
}

/** The span of the attempt that a claim has begun: the same for the claimer and for whoever stores it. */
export function attemptTrace(job: Pick<ClaimedAttempt, "id" | "lease" | "traceparent">): TraceContext {
  const own = BigInt(`0x${spanIdIn(job.id)}`) ^ BigInt(`0x${spanIdIn(job.lease)}`);
  return { traceId: traceOfJob(job).traceId, spanId: own.toString(16).padStart(16, "0") };
}
