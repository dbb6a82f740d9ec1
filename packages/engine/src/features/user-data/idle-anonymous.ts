import { DataError, type SqlDriver } from "@plinth/core";
import {
  beginRemovalQueries,
  findIdleAnonymousUsers,
  insertSecurityEvent,
  mustBeAnonymous,
  signOutQueries,
  workspacesWithAnonymousUsers,
} from "@plinth/db";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import type { Engine } from "../../kernel/engine.ts";

const DAY_MS = 24 * 3_600_000;
const AT_ONCE = 50;

/**
 * Begins to delete the anonymous users that nobody has used for as long as their workspace keeps them: nobody could sign in
 * as one of them any more. The schedule that finishes deletions goes on. Whether there may be more.
 */
export async function removeIdleAnonymous(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  let more = false;
  for (const workspaceId of await workspacesWithAnonymousUsers(driver, new Date(now - DAY_MS))) {
    const { anonymous, own_account } = await authSettingsOf(engine, driver, workspaceId);
    const before = new Date(now - anonymous.keep_days * DAY_MS);
    const idle = await findIdleAnonymousUsers(driver, workspaceId, before, AT_ONCE);
    more ||= idle.length === AT_ONCE;
    const items = own_account.deletion === "delete" ? "delete" : "release";
    for (const user of idle) {
      const event = { workspaceId, at: now, type: "user_delete", target: `user:${user.id}` } as const;
      const queries = [
        ...mustBeAnonymous(driver, user.id),
        ...beginRemovalQueries(driver, user, items, new Date(now)),
        ...signOutQueries(driver, user.id),
        insertSecurityEvent(driver, { ...event, detail: { items, complete: false, idle: true } }),
      ];
      await driver.batch(queries).catch((error: unknown) => {
        if (!(error instanceof DataError) || error.kind !== "guard") throw error;
      });
    }
  }
  return more;
}
