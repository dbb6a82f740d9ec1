import { isObject, type Json, RUN_TRIGGERS, type SqlDriver, type SqlQuery } from "@plinth/core";
import { insertRuns, type JobRow, type JobTriggerRow, unloggedProof } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { traceOfJob } from "../kernel/trace.ts";
import { endedRunRow, noteRun, type RunTrigger, runQuery } from "../runs/index.ts";

/** Of the triggers that are schedules. What those of functions and flows start is logged as theirs. */
export const SCHEDULE_OWNER = "schedule:";

type Of = Pick<JobTriggerRow, "workspaceId" | "owner" | "name" | "kind">;

/** The statements that log that a schedule has stored jobs, once for each, for the batch that stores them or after it. */
export function firingRuns(engine: Engine, driver: SqlDriver, row: Of, jobs: readonly JobRow[]): SqlQuery[] {
  if (!row.owner.startsWith(SCHEDULE_OWNER) || jobs.length === 0) return [];
  const rows = jobs.map((job) => {
    const { workspaceId, owner: actor, name } = row;
    const { requestId, runAt } = job;
    const trigger = triggerInPayload(JSON.parse(job.payload) as Json) ?? (row.kind as RunTrigger);
    const about = { "schedule.id": scheduleOf(row), "schedule.at": new Date(runAt).toISOString() };
    const run = endedRunRow(
      { engine, driver, workspaceId, actor, requestId, parent: traceOfJob(job) },
      { kind: "schedule", name, trigger, jobId: job.id, status: "succeeded", ms: 0, attributes: about },
    );
    noteRun(engine, run);
    return run;
  });
  return [insertRuns(driver, rows, unloggedProof("schedule"))];
}

/** The statements that log that a schedule could store no job. */
export function failedFiring(engine: Engine, driver: SqlDriver, row: Of, message: string): SqlQuery[] {
  const { workspaceId, owner: actor, name, kind } = row;
  if (!actor.startsWith(SCHEDULE_OWNER)) return [];
  const failed = { status: "failed", ms: 0, error: { message } } as const;
  const run = {
    kind: "schedule",
    name,
    trigger: kind as RunTrigger,
    attributes: { "schedule.id": scheduleOf(row) },
  } as const;
  return [runQuery({ engine, driver, workspaceId, actor }, { ...run, ...failed })];
}

const scheduleOf = ({ owner }: Pick<Of, "owner">): string => owner.slice(SCHEDULE_OWNER.length);

/** What has started it, as its payload says: somebody may by hand. Jobs that are posted to a URL have it in what is posted. */
export function triggerInPayload(payload: Json): RunTrigger | undefined {
  if (!isObject(payload)) return undefined;
  const { trigger, data } = payload;
  if (isObject(trigger)) return RUN_TRIGGERS.find((known) => known === trigger.type);
  return isObject(data) ? triggerInPayload({ trigger: data.trigger ?? null }) : undefined;
}
