import type { SqlDriver } from "@plinth/core";
import { JOB_FAILED, listJobTriggersAhead, moveJobTrigger } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { nextTime } from "./cron.ts";
import { MOVED } from "./store-firings.ts";
import { whenOf } from "./trigger.ts";

/** The clocks of servers may differ by so much. */
const SKEW_MS = 5 * 60_000;

/**
 * Has triggers begin again from now that were looked at by a clock that was ahead and has been set back: else they would wait for the
 * time that was wrong. What was stored early is not stored again, as its jobs have the same ids.
 */
export async function setTriggersBack(engine: Engine, driver: SqlDriver): Promise<void> {
  const now = engine.clock.now();
  for (const row of await listJobTriggersAhead(driver, now + SKEW_MS)) {
    const { workspaceId, owner, name } = row;
    engine.log.warn("a trigger was set back with the clock", { workspaceId, owner, name });
    const when = whenOf(row);
    const dueAt = when.type === "cron" ? nextTime(when, now) : now;
    // A look at failures knows itself that its place is ahead.
    const resume = when.type === JOB_FAILED ? row.resume : null;
    const queries = moveJobTrigger(driver, row, { dueAt, doneAt: now, resume }, MOVED);
    // Where it has moved meanwhile, the next look finds it.
    await driver.batch(queries).catch((error) => engine.log.warn("a trigger was not set back", { owner, name, error }));
  }
}
