import { DataError, type SqlDriver, type SqlQuery } from "@plinth/core";
import {
  activateSigningKeyQueries,
  bumpRevision,
  deleteSigningKeyQueries,
  findDueSigningKeys,
  insertSigningKeyIfNone,
  type SigningKeyRow,
  trimIdentityChanges,
} from "@plinth/db";
import { IDENTITY_CHANGES_KEPT_MS } from "../../identity/identity-changes.ts";
import { successorOf } from "../../identity/tokens/signing-keys.ts";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";

const DAY_MS = 24 * 3_600_000;
/** A key signs for so long, and is published for so long before: others keep what they have read for some time. */
const SIGNS_MS = 90 * DAY_MS;
const PUBLISHED_MS = DAY_MS;
const EVERY_MS = 10 * 60_000;
/** Keys of one slice. */
const SLICE = 10;

/** Replaces signing keys that have become old, and forgets what no token can concern any more. */
export const tokenUpkeep: Feature = {
  name: "token-upkeep",
  schedules: [
    { name: "token-upkeep", everyMs: EVERY_MS, run: rotateSlice },
    {
      name: "token-upkeep-changes",
      everyMs: EVERY_MS,
      run: async (_, driver) => {
        await trimIdentityChanges(driver, IDENTITY_CHANGES_KEPT_MS);
        return false;
      },
    },
  ],
};

async function rotateSlice(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const due = await findDueSigningKeys(driver, {
    activatedBefore: new Date(now - SIGNS_MS),
    createdBefore: new Date(now - PUBLISHED_MS),
    now: new Date(now),
    limit: SLICE,
  });
  for (const row of due) {
    const queries = [bumpRevision(driver, row.workspaceId), ...(await nextStep(engine, driver, row, now))];
    await driver.batch(queries).catch((error: unknown) => {
      // Another process has done it.
      if (!(error instanceof DataError) || error.kind !== "guard") throw error;
    });
  }
  return due.length === SLICE;
}

async function nextStep(engine: Engine, driver: SqlDriver, row: SigningKeyRow, now: number): Promise<SqlQuery[]> {
  const { id, workspaceId, state } = row;
  if (state === "retired") return deleteSigningKeyQueries(driver, workspaceId, id);
  if (state === "next") {
    const verifiesUntil = new Date(now + IDENTITY_CHANGES_KEPT_MS);
    return activateSigningKeyQueries(driver, { workspaceId, id, at: new Date(now), verifiesUntil });
  }
  return [insertSigningKeyIfNone(driver, await successorOf(engine, row))];
}
