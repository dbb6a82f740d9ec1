import type { SqlDriver } from "@plinth/core";
import { deleteEndedJobs, hasDueJobs, hastenFailureTriggers, listLostJobs, releaseDueJobs } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { JOB_QUEUE_DEFAULTS } from "../../kernel/job-queues.ts";
import { connectionService } from "../../kernel/services.ts";
import { lostRuns } from "./attempt-run.ts";
import { forgetClaimed } from "./claimed.ts";
import { errorText } from "./ending.ts";
import { deleteStepsOfEnded } from "./repository.ts";

const AT_ONCE = 500;
/** However many workers look for jobs, one of them in so many milliseconds looks for those that have become due. */
const EVERY_MS = 250;
const LOST = errorText("The worker did not report in time.");

const last = connectionService("due jobs", () => ({ at: Number.NEGATIVE_INFINITY }));

/** Before a claim: makes jobs pending whose time has come, and those of workers that are gone. */
export async function releaseJobs(engine: Engine, driver: SqlDriver): Promise<void> {
  const state = last(engine, driver);
  const now = engine.clock.now();
  // The clock may have been set back.
  if (Math.abs(now - state.at) < EVERY_MS) return;
  state.at = now;
  if (await hasDueJobs(driver, now)) await release(engine, driver, now);
}

/** The same, and deletes jobs that ended long ago. True: there may be more of both. */
export async function updateDueJobs(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  if (!(await hasDueJobs(driver, now))) return false;
  const released = await release(engine, driver, now);
  // A job may have very many steps: without them, the statement that deletes jobs is short.
  const steps = await deleteStepsOfEnded(driver, now, AT_ONCE);
  const deleted = steps === AT_ONCE ? 0 : await deleteEndedJobs(driver, now, AT_ONCE);
  return [released, steps, deleted].includes(AT_ONCE);
}

async function release(engine: Engine, driver: SqlDriver, now: number): Promise<number> {
  const lost = await listLostJobs(driver, now, AT_ONCE);
  const dying = lost.filter(({ attempts, maxAttempts }) => attempts >= maxAttempts);
  const workspaces = [...new Set(dying.map(({ workspaceId }) => workspaceId))];
  const hasten = hastenFailureTriggers(driver, workspaces, now);
  const before = lost.length > 0 ? [lostRuns(engine, driver, lost, LOST), ...hasten] : [];
  for (const { id, lease } of lost) if (lease !== null) forgetClaimed(engine, { id, lease });
  const { keepDeadMs } = JOB_QUEUE_DEFAULTS;
  return releaseDueJobs(driver, { now, keepDeadMs, lost: LOST, most: AT_ONCE, before });
}
