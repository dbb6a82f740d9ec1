import { deleteEndedJobs, releaseDueJobs } from "@plinth/db";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { connectionService } from "../../kernel/services.ts";
import { deletedAt, errorText } from "./ending.ts";

const AT_ONCE = 500;
/** However many workers look for jobs, one of them in so many milliseconds looks for those that have become due. */
const EVERY_MS = 250;
const LOST = errorText("The worker did not report in time.");

const last = connectionService("due jobs", () => ({ at: Number.NEGATIVE_INFINITY }));

/** Makes jobs pending whose time has come, and those of workers that are gone; true: there may be more. */
export async function releaseJobs(
  engine: Engine,
  driver: RequestContext["driver"],
  { always = false } = {},
): Promise<boolean> {
  const state = last(engine, driver);
  const now = engine.clock.now();
  // The clock may have been set back.
  if (!always && Math.abs(now - state.at) < EVERY_MS) return false;
  state.at = now;
  const due = { now, deleteAt: deletedAt(now, "dead"), lost: LOST, most: AT_ONCE };
  return (await releaseDueJobs(driver, due)) === AT_ONCE;
}

/** True: there may be more. */
export async function deleteJobs({ clock }: Engine, driver: RequestContext["driver"]): Promise<boolean> {
  return (await deleteEndedJobs(driver, clock.now(), AT_ONCE)) === AT_ONCE;
}
