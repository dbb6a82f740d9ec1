import type { SqlDriver } from "@plinth/core";
import {
  deleteOldRuns,
  deleteRunsUpTo,
  endLostRuns,
  findRunBeyond,
  type RunGroup,
  readDatabaseClock,
} from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { runCounts } from "../../runs/index.ts";

/** Every database accepts this many in one statement. */
const SLICE = 500;
const GROUPS_AT_ONCE = 10;
/** Of a kind, so many times as many are kept as of a name. */
const NAMES_OF_KIND = 10;
const DAY_MS = 86_400_000;

/**
 * One slice: deletes runs that are old, and of a kind or a name those beyond its newest ones; ends those that nobody goes on with. True: more is
 * due.
 */
export async function trimRuns(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { clock, config } = engine;
  const now = clock.now();
  await endLostRuns(driver, now, SLICE);
  const keepMs = config.runsKeepDays * DAY_MS;
  // A server whose own clock is behind would take all runs for those of a clock that was ahead.
  const after = Math.max(now, await readDatabaseClock(driver)) + keepMs;
  if (await deleteOldRuns(driver, { before: now - keepMs, after, most: SLICE })) return true;
  const counts = runCounts(engine);
  for (let groups = 0; groups < GROUPS_AT_ONCE; groups++) {
    const group = counts.take();
    if (!group) return false;
    if (await trimGroup(engine, driver, group)) counts.putBack(group);
  }
  return true;
}

async function trimGroup({ config }: Engine, driver: SqlDriver, group: RunGroup): Promise<boolean> {
  const keep = group.name === undefined ? NAMES_OF_KIND * config.runsKeepCount : config.runsKeepCount;
  const last = await findRunBeyond(driver, group, keep);
  return last !== undefined && deleteRunsUpTo(driver, group, { last, most: SLICE });
}
