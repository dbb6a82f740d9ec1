import type { Json, JsonObject, SqlDriver, SqlQuery } from "@plinth/core";
import {
  type DeadJobsCursor,
  JOB_FAILED,
  type JobRow,
  type JobTriggerRow,
  listDeadJobs,
  moveFailureTrigger,
  originsOfJobs,
} from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { fitsMessage } from "./change-message.ts";
import { depthsOf, FAILS_ON, IS_LOOP, loopEvent, MOST_DEPTH, MOST_FAILURES, requestOfJob } from "./depth.ts";
import { failedFiring, triggerInPayload } from "./firing-runs.ts";
import { storeFirings } from "./store-firings.ts";
import { firingAt, type JobFailedWhen, type TriggerFiring, withFirings } from "./trigger.ts";
import { isOfTrigger, triggeredJob } from "./triggered-job.ts";

/** The longest until it looks again: servers of an older version do not say that a job has died. */
const LOOK_MS = 3_600_000;
/** Jobs of one look. */
const PAGE = 200;
/** A job may have died by the clock of another server, or be stored a little after its time. What was stored for it is not stored again. */
const CLOCKS_DIFFER_MS = 60_000;
/** Where so many die that a look has several pages, only what is stored a little after its time is looked for again. */
const STORED_LATE_MS = 5000;

/** Where a look goes on. */
interface DeadJobsPlace extends DeadJobsCursor {
  /** More of what had died was due. */
  readonly isMore?: true;
  /** The last one of the look before. */
  readonly seen?: DeadJobsCursor | undefined;
}

/** Stores the jobs for those that have died since the last look. Returns when to look again, or earlier if another one dies. */
export async function fireFailures(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  when: JobFailedWhen,
  now: number,
): Promise<number> {
  const { workspaceId } = row;
  const from = placeOf(row, now);
  const found = await listDeadJobs(driver, workspaceId, { after: from, limit: PAGE });
  const isMore = found.length === PAGE;
  const next = nextPlace(from, found, now);
  const dead = found.filter((job) => fits(when, row, job));
  const { jobs, fired, events } = await jobsFor(engine, driver, row, { dead, seen: from.seen });
  const dueAt = isMore ? now : now + LOOK_MS;
  const progress = { dueAt, doneAt: now, resume: JSON.stringify(next), firings: withFirings(row, fired) };
  await storeFirings(engine, driver, row, { jobs, progress, events, move: moveFailureTrigger });
  return dueAt;
}

function placeOf({ resume, doneAt }: JobTriggerRow, now: number): DeadJobsPlace {
  const place: DeadJobsPlace = resume === null ? { at: doneAt!, id: "" } : JSON.parse(resume);
  // The clock was ahead and has been set back: what dies now is before the place.
  return place.at > now && !place.isMore ? { at: now - CLOCKS_DIFFER_MS, id: "" } : place;
}

function nextPlace(from: DeadJobsPlace, found: readonly JobRow[], now: number): DeadJobsPlace {
  const last = found.at(-1);
  const at = last && { at: last.finishedAt!, id: last.id };
  if (at && found.length === PAGE) return { ...at, isMore: true, seen: at };
  const seen = at && !isSeen(at, from.seen) ? at : from.seen;
  const again = from.isMore ? from.at - STORED_LATE_MS : from.at;
  return { at: Math.max(again, now - CLOCKS_DIFFER_MS), id: "", seen };
}

const isSeen = ({ at, id }: DeadJobsCursor, seen: DeadJobsCursor | undefined): boolean =>
  seen !== undefined && (at < seen.at || (at === seen.at && id <= seen.id));

async function jobsFor(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  { dead, seen }: { readonly dead: readonly JobRow[]; readonly seen: DeadJobsCursor | undefined },
) {
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
    const loop = loopOf(job, depth);
    // No job is stored for it by which the next look would know it.
    if (loop !== undefined && isSeen({ at: job.finishedAt!, id: job.id }, seen)) continue;
    fired.push(firingAt(job.finishedAt!, now, loop === undefined ? made.id : null, loop));
    if (loop === undefined) jobs.push(made);
    else if (events.length === 0)
      events.push(loopEvent(driver, row, { job: job.id }, now), ...failedFiring(engine, driver, row, loop));
  }
  return { jobs, fired, events };
}

/** Why a failure starts nothing more; undefined: it does. */
function loopOf({ id, payload }: JobRow, depth: number): string | undefined {
  if (depth > MOST_DEPTH) return IS_LOOP;
  const isOfFailure = isOfTrigger(id) && triggerInPayload(JSON.parse(payload) as Json) === JOB_FAILED;
  return isOfFailure && depth > MOST_FAILURES ? FAILS_ON : undefined;
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
