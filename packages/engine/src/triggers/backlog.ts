import type { SqlDriver } from "@plinth/core";
import { countWaitingJobs, type JobTriggerRow } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";

/** Beyond so many jobs of an owner that wait, they are stored without the items of changes. */
const MANY_WAITING = 10_000;
/** Beyond so many, nobody does them. */
const MOST_WAITING = 100_000;
export const TOO_MANY_WAIT = `More than ${MOST_WAITING} of its jobs wait.`;
/** They are counted once in so many milliseconds. */
const COUNT_EVERY_MS = 30_000;

type JobBacklog = "short" | "long" | "full";

const counted = service(
  "backlogs of triggers",
  (_: Engine) => new Lru<string, { at: number; backlog: JobBacklog }>(1000),
);

/** How many jobs of a trigger's owner wait. */
export async function backlogOfTrigger(engine: Engine, driver: SqlDriver, row: JobTriggerRow): Promise<JobBacklog> {
  const known = counted(engine).get(row.id);
  const now = engine.clock.now();
  if (known && Math.abs(now - known.at) < COUNT_EVERY_MS) return known.backlog;
  const waiting = await countWaitingJobs(driver, row, MOST_WAITING + 1);
  const backlog = waiting > MOST_WAITING ? "full" : waiting > MANY_WAITING ? "long" : "short";
  counted(engine).set(row.id, { at: now, backlog });
  return backlog;
}
