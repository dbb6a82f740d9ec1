import { DataError, type SqlDriver } from "@plinth/core";
import { type JobRow, type JobTriggerRow, listDueJobTriggers, moveJobTrigger } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { firingsOf } from "./cron-firings.ts";
import { fireDate } from "./date.ts";
import { MOVED, storeFirings } from "./store-firings.ts";
import { type CronWhen, DATE, firingAt, whenOf, withFirings } from "./trigger.ts";
import { triggeredJob } from "./triggered-job.ts";
import { isBroken, turnOff } from "./turn-off.ts";
import { wakeAt } from "./wake.ts";

/** Triggers of one slice. */
const AT_ONCE = 50;
/** Triggers that are due within so many milliseconds have a timer. */
const SOON_MS = 1500;
/** When one is tried again that has failed. */
const RETRY_MS = 60_000;

/** One slice: stores the jobs of triggers whose time has come. True: there is more to do. */
export async function runTriggers(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const rows = await listDueJobTriggers(driver, now + SOON_MS, AT_ONCE);
  const due = rows.filter(({ dueAt }) => dueAt! <= now);
  let isMore = due.length === AT_ONCE;
  const soon = rows.filter(({ dueAt }) => dueAt! > now).map(({ dueAt }) => dueAt!);
  for (const row of due) {
    const next = await fireOrNote(engine, driver, row, now);
    if (next === null) continue;
    if (next <= now) isMore = true;
    else if (next <= now + SOON_MS) soon.push(next);
  }
  if (engine.scheduler.isLasting && soon.length > 0) wakeAt(engine, Math.min(...soon));
  return isMore;
}

/** Returns when time next has something to do with the trigger. One that fails keeps no other one waiting. */
async function fireOrNote(engine: Engine, driver: SqlDriver, row: JobTriggerRow, now: number): Promise<number | null> {
  try {
    return await fire(engine, driver, row, now);
  } catch (error) {
    // Another process has fired it, or it was changed.
    if (error instanceof DataError && error.guard === MOVED) return null;
    if (error instanceof DataError) throw error;
    if (isBroken(error)) {
      await turnOff(engine, driver, row, error.message);
      return null;
    }
    const { id, workspaceId, owner, name } = row;
    engine.log.error("a trigger failed and will be tried again", { workspaceId, owner, name, id, error });
    const firings = withFirings(row, [firingAt(row.dueAt!, now, null, (error as Error).message)]);
    await driver.batch(moveJobTrigger(driver, row, { dueAt: now + RETRY_MS, firings }, MOVED)).catch(() => {});
    return null;
  }
}

async function fire(engine: Engine, driver: SqlDriver, row: JobTriggerRow, now: number): Promise<number | null> {
  const when = whenOf(row);
  if (when.type === "cron") return fireCron(engine, driver, row, when, now);
  return when.type === DATE ? fireDate(engine, driver, row, when, now) : null;
}

async function fireCron(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  when: CronWhen,
  now: number,
): Promise<number | null> {
  const { times, missed, leftOut, next } = firingsOf(when, row.dueAt!, now);
  const jobs: JobRow[] = [];
  for (const [index, at] of times.entries()) {
    const scheduled_at = new Date(at).toISOString();
    const trigger = { type: "cron", scheduled_at, missed: index < missed };
    jobs.push(await triggeredJob({ engine, driver }, row, { at, key: String(at), trigger }));
  }
  const fired = jobs.map(({ id, runAt }) => firingAt(runAt, now, id));
  if (leftOut) {
    const { workspaceId, owner, name } = row;
    const span = { from: new Date(leftOut.from).toISOString(), until: new Date(leftOut.until).toISOString() };
    engine.log.warn("missed times of a schedule are left out", { workspaceId, owner, name, ...span });
    const error = `Missed times up to ${span.until} were left out (${when.missed}).`;
    fired.unshift(firingAt(leftOut.from, now, null, error));
  }
  await storeFirings(engine, driver, row, { jobs, progress: { dueAt: next, firings: withFirings(row, fired) } });
  return next;
}
