import type { SqlDriver } from "@plinth/core";
import { deleteIdleTriggerCursors, nextTriggerTime } from "@plinth/db";
import { drainConsumer } from "../../changelog/drain-consumer.ts";
import type { NextRun } from "../../kernel/alarm-clock.ts";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";
import { triggersConsumer } from "../../triggers/consumer.ts";
import { runTriggers } from "../../triggers/run.ts";
import { setTriggersBack } from "../../triggers/set-back.ts";
import { stopTriggers, TRIGGERS_SCHEDULE } from "../../triggers/wake.ts";

import { SCHEDULE_CHECKS } from "./checks.ts";

export {
  createSchedule,
  createScheduleSchema,
  deleteSchedule,
  getSchedule,
  listSchedules,
  previewSchedule,
  previewScheduleSchema,
  runSchedule,
  type ScheduledJob,
  updateSchedule,
  updateScheduleSchema,
} from "./schedules.ts";

/** How often triggers are looked at for which no timer is set. */
const EVERY_MS = 1000;
const UPKEEP_EVERY_MS = 10 * 60_000;

/** Stores jobs by time and by changes: for users' schedules, and for other features that have triggers. */
export const schedulesFeature: Feature = {
  name: "schedules",
  // Their jobs may send: those of a copy of the database must not be stored either.
  sends: true,
  checks: SCHEDULE_CHECKS,
  consumers: [triggersConsumer],
  schedules: [
    {
      ...{ name: TRIGGERS_SCHEDULE, everyMs: EVERY_MS, run: runSlice, next: nextTriggers },
      ...{ tells: () => true, stop: stopTriggers },
    },
    { name: "schedules-cursors", everyMs: UPKEEP_EVERY_MS, run: upkeepOfSchedules },
  ],
};

async function runSlice(engine: Engine, driver: SqlDriver): Promise<boolean> {
  if (!engine.scheduler.isLasting) await drainConsumer(engine, driver, triggersConsumer);
  return runTriggers(engine, driver);
}

async function nextTriggers(_: Engine, driver: SqlDriver): Promise<NextRun> {
  const { dueAt, areReading } = await nextTriggerTime(driver);
  return { at: dueAt, followsChanges: areReading };
}

async function upkeepOfSchedules(engine: Engine, driver: SqlDriver): Promise<boolean> {
  await setTriggersBack(engine, driver);
  await deleteIdleTriggerCursors(driver);
  return false;
}
