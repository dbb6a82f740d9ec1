import { DataError, type SqlDriver } from "@plinth/core";
import {
  beginRemovalQueries,
  findIdleAnonymousUsers,
  type IdleUser,
  insertSecurityEvent,
  mustBeAnonymous,
  type OwnedItems,
  signOutQueries,
  workspacesWithAnonymousUsers,
} from "@plinth/db";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import { leaveOwnedOrganizations } from "./owned-organizations.ts";
import { workspacesOf } from "./workspaces.ts";

const DAY_MS = 24 * 3_600_000;
const AT_ONCE = 50;

/** The last user of a workspace that was looked at, if there are more: some stay, and must not keep others. */
const lastSeen = service("idle anonymous users", (_: Engine) => new Map<string, IdleUser>());

/**
 * Begins to delete the anonymous users that nobody has used for as long as their workspace keeps them: nobody could sign in
 * as one of them any more. The schedule that finishes deletions goes on. Who is the only owner of an organization stays. Whether there
 * may be more.
 */
export async function removeIdleAnonymous(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const seen = lastSeen(engine);
  let more = false;
  for (const workspaceId of await workspacesWithAnonymousUsers(driver, new Date(now - DAY_MS))) {
    const { anonymous, own_account } = await authSettingsOf(engine, driver, workspaceId);
    const before = new Date(now - anonymous.keep_days * DAY_MS);
    const idle = await findIdleAnonymousUsers(driver, workspaceId, before, {
      limit: AT_ONCE,
      after: seen.get(workspaceId),
    });
    const last = idle.at(AT_ONCE - 1);
    if (last) seen.set(workspaceId, last);
    else seen.delete(workspaceId);
    more ||= last !== undefined;
    const items = own_account.deletion === "delete" ? "delete" : "release";
    for await (const { ctx } of workspacesOf(engine, driver, { workspaceId })) {
      for (const user of idle) await begin(ctx, user, items);
    }
  }
  return more;
}

/** Does nothing where the user has become an account, or an organization would have no owner. */
async function begin(ctx: RequestContext, { id, workspaceId }: IdleUser, items: OwnedItems): Promise<void> {
  const { engine, driver } = ctx;
  const now = engine.clock.now();
  const event = { workspaceId, at: now, type: "user_delete", target: `user:${id}` } as const;
  const queries = [
    ...mustBeAnonymous(driver, id),
    ...beginRemovalQueries(driver, { id, workspaceId }, items, new Date(now)),
    ...(await leaveOwnedOrganizations(ctx, id)),
    ...signOutQueries(driver, id),
    insertSecurityEvent(driver, { ...event, detail: { items, complete: false, idle: true } }),
  ];
  await driver.batch(queries).catch((error: unknown) => {
    if (!(error instanceof DataError) || error.kind !== "guard") throw error;
  });
}
