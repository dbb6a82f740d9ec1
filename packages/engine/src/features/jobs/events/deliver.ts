import type { SqlDriver } from "@plinth/core";
import type { NextRun } from "../../../kernel/alarm-clock.ts";
import type { Engine } from "../../../kernel/engine.ts";
import { JOBS_SCHEDULE } from "../../../kernel/jobs.ts";
import { CLOCKS_DIFFER_MS, describeEvent } from "./job-event.ts";
import {
  deleteOldJobEvents,
  deliverEvent,
  type JobEventRow,
  pendingJobEvents,
  settleJobEvent,
  type WokenJob,
  waitsFor,
} from "./repository.ts";

/** How long events are kept for waits that have not begun. */
const KEEP_MS = 7 * 86_400_000;
/** Of a batch: hosts limit the parameters of a statement. */
const WAITS_AT_ONCE = 40;
/** Of one event, in one slice. */
const MOST_BATCHES = 5;
const MOST_EVENTS = 20;
const MOST_DELETED = 500;
const AGAIN_MS = 5000;

/** Gives an event to some that wait for it. `isDone`: there are no more. */
export async function deliverSome(
  { clock }: Engine,
  driver: SqlDriver,
  event: JobEventRow,
): Promise<{ readonly woken: readonly WokenJob[]; readonly isDone: boolean }> {
  const result = JSON.stringify(describeEvent(event));
  const woken: WokenJob[] = [];
  for (let batches = 0; batches < MOST_BATCHES; batches++) {
    const waits = await waitsFor(driver, event, { graceMs: CLOCKS_DIFFER_MS, most: WAITS_AT_ONCE });
    if (waits.length > 0) woken.push(...(await deliverEvent(driver, event, { waits, result, now: clock.now() })));
    if (waits.length < WAITS_AT_ONCE) {
      await settleJobEvent(driver, event.id);
      return { woken, isDone: true };
    }
  }
  return { woken, isDone: false };
}

/** Those that have not reached all are late already, and what delivers them may be under way. */
export async function nextJobEvents({ clock }: Engine, driver: SqlDriver): Promise<NextRun> {
  const [late] = await pendingJobEvents(driver, 1);
  return { at: late && clock.now() + AGAIN_MS };
}

/** One slice: events that have not reached all, where a request was cut short or very many wait; and the end of old ones. */
export async function deliverJobEvents(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const events = await pendingJobEvents(driver, MOST_EVENTS);
  let isMore = events.length === MOST_EVENTS;
  for (const event of events) {
    const { woken, isDone } = await deliverSome(engine, driver, event);
    if (!isDone) isMore = true;
    if (woken.length > 0) engine.scheduler.wake(JOBS_SCHEDULE);
  }
  const deleted = await deleteOldJobEvents(driver, engine.clock.now() - KEEP_MS, MOST_DELETED);
  return isMore || deleted === MOST_DELETED;
}
