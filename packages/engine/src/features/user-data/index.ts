import type { SqlDriver } from "@plinth/core";
import { findUserInRemoval, type OwnedItems, postponeRemovalQuery } from "@plinth/db";
import { ENDED_EVERYWHERE_MS } from "../../identity/state.ts";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";
import { removeIdleAnonymous } from "./idle-anonymous.ts";
import { finish, settle } from "./remove.ts";

const EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
const SLICES = 5;
const SLICE_MS = 500;

/** Finishes deletions of users that a request has begun, and deletes anonymous users who came once and not again. */
export const userData: Feature = {
  name: "user-data",
  schedules: [
    { name: "user-data", everyMs: EVERY_MS, run: finishRemovals },
    { name: "user-data-anonymous", everyMs: HOUR_MS, run: removeIdleAnonymous },
  ],
};

async function finishRemovals(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const user = await findUserInRemoval(driver);
  const now = engine.clock.now();
  // A request that has just begun it is at work.
  if (!user || now - (user.blockedAt?.getTime() ?? 0) < ENDED_EVERYWHERE_MS) return false;
  const left = { slices: SLICES, until: now + SLICE_MS };
  const work = { user, items: user.removal as OwnedItems, done: { released: 0, deleted: 0 }, left };
  try {
    if (await settle(engine, driver, work)) await finish(engine, driver, work);
  } catch (error) {
    await driver.run(postponeRemovalQuery(driver, user.id, new Date(now)));
    throw error;
  }
  return true;
}
