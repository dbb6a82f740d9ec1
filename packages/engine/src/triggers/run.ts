import { DataError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { JOB_FAILED, type JobRow, type JobTriggerRow, listDueJobTriggers, moveJobTrigger } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { backlogOfTrigger, TOO_MANY_WAIT } from "./backlog.ts";
import { firingsOf } from "./cron-firings.ts";
import { fireDate } from "./date.ts";
import { failedFiring } from "./firing-runs.ts";
import { fireFailures } from "./job-failed.ts";
import { MOVED, storeFirings } from "./store-firings.ts";
import { type CronWhen, DATE, firingAt, firingsIn, whenOf, withFirings } from "./trigger.ts";
import { triggeredJob } from "./triggered-job.ts";
import { isBroken, turnOff } from "./turn-off.ts";
import { wakeAt } from "./wake.ts";

/** Triggers of one slice. */
const AT_ONCE = 50;
/** Triggers that are due within so many milliseconds have a timer. */
const SOON_MS = 1500;
/** When one is tried again that has failed. */
const RETRY_MS = 60_000;
/** The same for a time whose jobs the database did not take: it may have been busy. */
const RETRY_TIME_MS = 5000;

/** One slice: stores the jobs of triggers whose time has come. True: there is more to do. */
export async function runTriggers(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const rows = await listDueJobTriggers(driver, { now, until: now + SOON_MS, most: AT_ONCE });
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
    return await fire(engine, driver, row, now).catch(async (error: unknown) => {
      if (!isBroken(error)) throw error;
      // The catalog may be older than what another server has just made.
      engine.catalogs.expire(row.workspaceId);
      return fire(engine, driver, row, now);
    });
  } catch (error) {
    // Another process has fired it, or it was changed.
    if (isMoved(error)) return null;
    if (isBroken(error)) await turnOff(engine, driver, row, error.message);
    else await putOff(engine, driver, row, now, error);
    return null;
  }
}

const isMoved = (error: unknown) => error instanceof DataError && error.guard === MOVED;

/** Has it tried again later. Throws where the server's own database fails: nothing else works either. */
async function putOff(engine: Engine, driver: SqlDriver, row: JobTriggerRow, now: number, error: unknown) {
  const { id, workspaceId, owner, name } = row;
  engine.log.error("a trigger failed and will be tried again", { workspaceId, owner, name, id, error });
  const reason = error instanceof DataError ? "Its database has failed." : (error as Error).message;
  const firings = withFirings(row, [firingAt(dueOf(row), now, null, reason)]);
  // A time is made up for as the one that it was.
  const resume = row.kind === "cron" ? String(dueOf(row)) : row.resume;
  const wait = row.kind === "cron" && error instanceof DataError ? RETRY_TIME_MS : RETRY_MS;
  const doneAt = row.kind === "cron" ? now : row.doneAt;
  const progress = { dueAt: now + wait, doneAt, resume, firings };
  // It is tried often, and the log of runs says once what keeps it.
  const isKnown = firingsIn(row)[0]?.error === reason;
  const logged = isKnown ? [] : failedFiring(engine, driver, row, reason);
  await driver.batch([...moveJobTrigger(driver, row, progress, MOVED), ...logged]).catch((failure: unknown) => {
    if (!isMoved(failure)) throw failure;
  });
}

/** The time that a trigger is looked at for. It may have been put off. */
function dueOf({ kind, dueAt, resume }: JobTriggerRow): number {
  return kind === "cron" && resume !== null ? Number(resume) : dueAt!;
}

/** Turns a trigger off whose jobs nobody does. */
async function isFull(engine: Engine, driver: SqlDriver, row: JobTriggerRow): Promise<boolean> {
  if ((await backlogOfTrigger(engine, driver, row)) !== "full") return false;
  await turnOff(engine, driver, row, TOO_MANY_WAIT);
  return true;
}

async function fire(engine: Engine, driver: SqlDriver, row: JobTriggerRow, now: number): Promise<number | null> {
  const when = whenOf(row);
  if (await isFull(engine, driver, row)) return null;
  if (when.type === "cron") return fireCron(engine, driver, row, when, now);
  if (when.type === JOB_FAILED) return fireFailures(engine, driver, row, when, now);
  return when.type === DATE ? fireDate(engine, driver, row, when, now) : null;
}

async function fireCron(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  when: CronWhen,
  now: number,
): Promise<number | null> {
  const { times, missed, leftOut, next } = firingsOf(when, dueOf(row), now);
  const jobs: JobRow[] = [];
  for (const [index, at] of times.entries()) {
    const scheduled_at = new Date(at).toISOString();
    const trigger = { type: "cron", scheduled_at, missed: index < missed };
    jobs.push(await triggeredJob({ engine, driver }, row, { at, key: String(at), trigger }));
  }
  const fired = jobs.map(({ id, runAt }) => firingAt(runAt, now, id));
  const events: SqlQuery[] = [];
  if (leftOut) {
    const { workspaceId, owner, name } = row;
    const span = { from: new Date(leftOut.from).toISOString(), until: new Date(leftOut.until).toISOString() };
    engine.log.warn("missed times of a schedule are left out", { workspaceId, owner, name, ...span });
    const error = `Missed times up to ${span.until} were left out (${when.missed}).`;
    fired.unshift(firingAt(leftOut.from, now, null, error));
    events.push(...failedFiring(engine, driver, row, error));
  }
  const progress = { dueAt: next, doneAt: now, resume: null, firings: withFirings(row, fired) };
  await storeFirings(engine, driver, row, { jobs, progress, events });
  return next;
}
