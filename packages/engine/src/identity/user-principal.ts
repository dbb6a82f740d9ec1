import { type Principal, ROLE_ADMIN, ROLE_AUTHENTICATED, ROLE_PUBLIC, type SqlDriver } from "@plinth/core";
import { findSessionUsers, type SessionUser, type UserRights } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { organizationsOfAll } from "./memberships.ts";
import { userClaims } from "./tokens/claims.ts";
import { type TokenSettings, tokenSettings } from "./tokens/settings.ts";

/**
 * A user with these rights. Roles are sorted, because cache keys for a set of roles consist of their names. Who acts as a user
 * has no rights over the workspace by that.
 */
export function userPrincipal(
  user: { id: string; workspaceId: string; email: string; impersonator?: string | undefined },
  { roles, operator }: UserRights,
): Principal {
  return {
    kind: "user",
    id: user.id,
    workspaceId: user.workspaceId,
    email: user.email,
    roles: [ROLE_PUBLIC, ROLE_AUTHENTICATED, ...roles.toSorted()],
    bypass: roles.includes(ROLE_ADMIN) && user.impersonator === undefined,
    operator: operator && user.impersonator === undefined,
    ...(user.impersonator !== undefined && { impersonator: user.impersonator }),
  };
}

/** The user of a session, apart from organizations. */
export function sessionPrincipal(user: SessionUser, settings: TokenSettings): Principal {
  return { ...userPrincipal(user, user), sessionId: user.sessionId, claims: userClaims(user, settings) };
}

/** Session id → the principal with its current rights, for sessions that are still valid. */
export async function currentUsers(
  engine: Engine,
  driver: SqlDriver,
  sessionIds: readonly string[],
): Promise<Map<string, Principal>> {
  const found = await findSessionUsers(driver, sessionIds, engine.clock.now());
  const organizations = await organizationsOfAll(driver, found);
  const users = new Map<string, Principal>();
  for (const user of found) {
    const settings = await tokenSettings(engine, driver, user.workspaceId);
    users.set(user.sessionId, { ...sessionPrincipal(user, settings), ...organizations.get(user.sessionId) });
  }
  return users;
}
