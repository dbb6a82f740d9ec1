import type { Change, SqlQuery } from "@plinth/core";
import {
  hastenJobTrigger,
  insertMissingJobs,
  type JobRow,
  type JobTriggerRow,
  listReadingJobTriggers,
  noteJobTrigger,
} from "@plinth/db";
import type { Catalog } from "../kernel/catalog.ts";
import type { ConsumerContext } from "../kernel/feature.ts";
import { announceStoredJobs } from "../kernel/jobs.ts";
import { backlogOfTrigger, TOO_MANY_WAIT } from "./backlog.ts";
import { changeMessage } from "./change-message.ts";
import { datesIn } from "./changed-dates.ts";
import { depthsOf, IS_LOOP, loopEvent, MOST_DEPTH } from "./depth.ts";
import { failedFiring, firingRuns } from "./firing-runs.ts";
import { itemTurns } from "./item-turns.ts";
import { BATCH_CHARS, JOB_CHARS } from "./store-firings.ts";
import { type ChangeWhen, DATE, firingAt, type TriggerFiring, whenOf, withFirings } from "./trigger.ts";
import { type ChangeOccasion, triggeredJob } from "./triggered-job.ts";
import { isBroken, turnOff } from "./turn-off.ts";
import { TRIGGERS_SCHEDULE } from "./wake.ts";
import { catalogFor, type WantedChange, wantedChanges } from "./wanted-changes.ts";

/** What the changes mean for one trigger. */
interface TriggerWork {
  readonly occasions: readonly ChangeOccasion[];
  /** When time is to look at it. */
  readonly dueAt?: number | undefined;
}

/**
 * Stores a job for each trigger and change that fit. A change that comes again is stored once: by the time the cursor moves, all of
 * its jobs are in the database, and their ids follow from the trigger and the position.
 */
export async function storeTriggered(changes: readonly Change[], context: ConsumerContext): Promise<void> {
  const rows = await listReadingJobTriggers(context.driver, context.workspaceId);
  if (rows.length === 0) return;
  const catalog = await catalogFor(changes, context);
  for (const row of rows) await storeFor(row, changes, catalog, context);
}

async function storeFor(
  row: JobTriggerRow,
  changes: readonly Change[],
  catalog: Catalog,
  context: ConsumerContext,
): Promise<void> {
  const { engine, driver } = context;
  try {
    const { occasions, dueAt } = await workWithin(row, changes, catalog, context);
    if (dueAt !== undefined) {
      await driver.run(hastenJobTrigger(driver, row.id, dueAt));
      engine.scheduler.wake(TRIGGERS_SCHEDULE);
    }
    if (occasions.length > 0) await storeJobs(row, occasions, context);
  } catch (error) {
    if (!isBroken(error)) throw error;
    // The catalog may be older than what another server has just made.
    const newer = await engine.catalogs.newer(driver, catalog);
    if (newer) await storeFor(row, changes, newer, context);
    else await turnOff(engine, driver, row, error.message);
  }
}

/** What the jobs that wait leave of it. They are counted only where there are to be more. */
async function workWithin(
  row: JobTriggerRow,
  changes: readonly Change[],
  catalog: Catalog,
  context: ConsumerContext,
): Promise<TriggerWork> {
  const { engine, driver } = context;
  const work = workOf(row, changes, catalog, { ...context, isShort: false });
  if (work.occasions.length === 0) return work;
  const backlog = await backlogOfTrigger(engine, driver, row);
  if (backlog === "short") return work;
  if (backlog === "long") return workOf(row, changes, catalog, { ...context, isShort: true });
  await turnOff(engine, driver, row, TOO_MANY_WAIT);
  return { occasions: [] };
}

function workOf(
  row: JobTriggerRow,
  changes: readonly Change[],
  catalog: Catalog,
  { engine, isShort }: ConsumerContext & { readonly isShort: boolean },
): TriggerWork {
  const when = whenOf(row);
  if (when.type === DATE) return datesIn(row, when, changes, catalog, engine.clock.now());
  if (when.type !== "change") return { occasions: [] };
  const turns = itemTurns(engine);
  return {
    occasions: wantedChanges(changes, catalog, row, when).map((wanted) => {
      const occasion = changeOccasion(when, wanted, isShort);
      return when.ordered ? { ...occasion, ...turns.next(row, wanted.change) } : occasion;
    }),
  };
}

function changeOccasion(
  { payload }: ChangeWhen,
  { collection, change }: WantedChange,
  isShort: boolean,
): ChangeOccasion {
  const { type: event, data } = changeMessage(collection, change, { ...payload, isShort });
  const { at, actor, position } = change;
  const trigger = { type: "change", event, at, actor, change: data };
  return { at: Date.parse(at), key: position, trigger, change };
}

async function storeJobs(
  row: JobTriggerRow,
  occasions: readonly ChangeOccasion[],
  context: ConsumerContext,
): Promise<void> {
  const { engine, driver, workspaceId } = context;
  const now = engine.clock.now();
  const depths = await depthsOf(
    driver,
    workspaceId,
    occasions.map(({ change }) => change),
  );
  const fired: TriggerFiring[] = [];
  const events: SqlQuery[] = [];
  let [jobs, chars]: [JobRow[], number] = [[], 0];
  const store = async (): Promise<void> => {
    const runs = firingRuns(engine, driver, row, jobs);
    if (jobs.length > 0) await driver.batch([...insertMissingJobs(driver, jobs), ...runs]);
    await announceStoredJobs(engine, workspaceId, jobs);
    [jobs, chars] = [[], 0];
  };
  for (const { change, ...occasion } of occasions) {
    const depth = depths.get(change.requestId ?? "") ?? 1;
    if (depth > MOST_DEPTH) {
      fired.push(firingAt(occasion.at, now, null, IS_LOOP));
      const { collectionId, item } = change;
      engine.log.warn("a chain of triggers was ended by a change", { owner: row.owner, collectionId, item });
      if (events.length === 0)
        events.push(loopEvent(driver, row, { item }, now), ...failedFiring(engine, driver, row, IS_LOOP));
      continue;
    }
    const job = await triggeredJob({ engine, driver }, row, {
      ...occasion,
      requestId: change.requestId,
      trigger: { ...occasion.trigger, depth },
    });
    jobs.push(job);
    fired.push(firingAt(occasion.at, now, job.id));
    chars += job.payload.length + JOB_CHARS;
    if (chars > BATCH_CHARS) await store();
  }
  await store();
  await driver.batch([noteJobTrigger(driver, row.id, { firings: withFirings(row, fired) }), ...events]);
}
