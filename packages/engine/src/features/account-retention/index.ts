import type { SqlDriver } from "@plinth/core";
import { deleteEndedInvitations, deleteEndedSessions } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";

/** Every database accepts this many in one statement. */
const SLICE = 90;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Protects sessions from a clock that was ahead for some hours. */
const SESSIONS_KEPT_MS = DAY_MS;
/** How long the inviter can still see what happened to the invitation. */
const INVITATIONS_KEPT_MS = 30 * DAY_MS;

/** Deletes sessions and invitations that ended some time ago, with the addresses in them. */
export const accountRetention: Feature = {
  name: "account-retention",
  schedules: [
    { name: "account-retention-sessions", everyMs: HOUR_MS, run: trimSessions },
    { name: "account-retention-invitations", everyMs: HOUR_MS, run: trimInvitations },
  ],
};

async function trimSessions({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return deleteEndedSessions(driver, new Date(clock.now() - SESSIONS_KEPT_MS), SLICE);
}

async function trimInvitations({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return deleteEndedInvitations(driver, new Date(clock.now() - INVITATIONS_KEPT_MS), SLICE);
}
