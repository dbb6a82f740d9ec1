import type { Json, JsonObject, SqlDriver, SqlQuery } from "@plinth/core";
import {
  type DeadJobsCursor,
  JOB_FAILED,
  type JobRow,
  type JobTriggerRow,
  listDeadJobs,
  originsOfJobs,
} from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { fitsMessage } from "./change-message.ts";
import { depthsOf, IS_LOOP, loopEvent, MOST_DEPTH, requestOfJob } from "./depth.ts";
import { failedFiring } from "./firing-runs.ts";
import { storeFirings } from "./store-firings.ts";
import { firingAt, type JobFailedWhen, type TriggerFiring, withFirings } from "./trigger.ts";
import { triggeredJob } from "./triggered-job.ts";

/** Jobs of one look. */
const PAGE = 200;
/** A job may have died by the clock of another server, or be stored a little after its time. What was stored for it is not stored again. */
const CLOCKS_DIFFER_MS = 60_000;

/** Stores the jobs for those that have died since the last look. Returns when to look again; null: when another one dies. */
export async function fireFailures(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  when: JobFailedWhen,
  now: number,
): Promise<number | null> {
  const { workspaceId } = row;
  const from: DeadJobsCursor = row.resume === null ? { at: row.doneAt!, id: "" } : JSON.parse(row.resume);
  const found = await listDeadJobs(driver, workspaceId, { after: from, limit: PAGE });
  const isMore = found.length === PAGE;
  const last = found.at(-1);
  const next = isMore
    ? { at: last!.finishedAt!, id: last!.id }
    : { at: Math.max(from.at, now - CLOCKS_DIFFER_MS), id: from.at > now - CLOCKS_DIFFER_MS ? from.id : "" };
  const { jobs, fired, events } = await jobsFor(
    engine,
    driver,
    row,
    found.filter((job) => fits(when, row, job)),
  );
  const dueAt = isMore ? now : null;
  const progress = { dueAt, doneAt: now, resume: JSON.stringify(next), firings: withFirings(row, fired) };
  await storeFirings(engine, driver, row, { jobs, progress, events });
  return dueAt;
}

async function jobsFor(engine: Engine, driver: SqlDriver, row: JobTriggerRow, dead: readonly JobRow[]) {
  const { workspaceId } = row;
  const depths = await depthsOf(
    driver,
    workspaceId,
    dead.map(({ id }) => ({ requestId: requestOfJob(id) })),
  );
  const all = await Promise.all(
    dead.map(async (job) => {
      const depth = depths.get(requestOfJob(job.id)) ?? 1;
      const occasion = { at: job.finishedAt!, key: `${job.id}/${job.finishedAt}`, trigger: failureOf(job, depth) };
      const made = await triggeredJob({ engine, driver }, row, { ...occasion, requestId: job.requestId });
      return { job, depth, made };
    }),
  );
  const known = await originsOfJobs(
    driver,
    workspaceId,
    all.map(({ made }) => made.id),
  );
  const now = engine.clock.now();
  const jobs: JobRow[] = [];
  const fired: TriggerFiring[] = [];
  const events: SqlQuery[] = [];
  for (const { job, depth, made } of all) {
    if (known.has(made.id)) continue;
    const isLoop = depth > MOST_DEPTH;
    fired.push(firingAt(job.finishedAt!, now, isLoop ? null : made.id, isLoop ? IS_LOOP : undefined));
    if (!isLoop) jobs.push(made);
    else if (events.length === 0)
      events.push(loopEvent(driver, row, { job: job.id }, now), ...failedFiring(engine, driver, row, IS_LOOP));
  }
  return { jobs, fired, events };
}

/** What its own owner has started never counts: a flow about failures that fails would start itself. */
function fits({ queues, kinds, names }: JobFailedWhen, { owner }: JobTriggerRow, job: JobRow): boolean {
  if (job.createdBy === owner) return false;
  return isLike(queues, job.queue) && isLike(kinds, job.kind) && isLike(names, job.name);
}

function isLike(patterns: readonly string[], text: string): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((each) => (each.endsWith("*") ? text.startsWith(each.slice(0, -1)) : text === each));
}

/** A payload that is too large for a message is left out. */
function failureOf(job: JobRow, depth: number): JsonObject {
  const { id, queue, kind, name, payload, error, attempts, createdBy, createdAt, finishedAt } = job;
  const whole: JsonObject = fitsMessage(payload) ? { payload: JSON.parse(payload) as Json } : { truncated: true };
  const known = { id, queue, kind, name, error, attempts, created_by: createdBy, created_at: instantOf(createdAt) };
  return { type: JOB_FAILED, at: instantOf(finishedAt!), depth, job: { ...known, ...whole } };
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
