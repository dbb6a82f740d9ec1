import {
  DEFAULT_WORKSPACE_ID,
  OPERATORS_POOL_ID,
  operatorIn,
  type Principal,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
} from "@plinth/core";
import { findSessionUsers, type SessionUser, type UserRights } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { organizationsOfAll } from "./memberships.ts";
import type { TokenSettings } from "./settings/tokens.ts";
import { tokenSettings } from "./token-settings.ts";
import { userClaims } from "./user-claims.ts";

interface AuthenticatedUser {
  readonly id: string;
  readonly workspaceId: string;
  /** Null: the user has none. */
  readonly email: string | null;
  /** The operator who acts as this user. */
  readonly impersonator?: string | undefined;
}

/**
 * A user with these rights. Roles are sorted, because cache keys for a set of roles consist of their names. Who acts as a user
 * has no rights over the workspace by that.
 */
export function userPrincipal(user: AuthenticatedUser, { roles }: Pick<UserRights, "roles">): Principal {
  return {
    kind: "user",
    id: user.id,
    workspaceId: user.workspaceId,
    ...(user.email !== null && { email: user.email }),
    roles: [ROLE_PUBLIC, ROLE_AUTHENTICATED, ...roles.toSorted()],
    bypass: roles.includes(ROLE_ADMIN) && user.impersonator === undefined,
    ...(user.impersonator !== undefined && { impersonator: user.impersonator }),
  };
}

/**
 * The caller behind a session of any pool, apart from organizations. An operator is in the default workspace where the
 * request names none, and has no rights there unless it owns the server or is a member. Null: an account in
 * the operators' pool that is no operator.
 */
export function sessionPrincipal(user: SessionUser, settings: TokenSettings): Principal | null {
  const session = { sessionId: user.sessionId, claims: userClaims(user, settings) };
  if (user.workspaceId !== OPERATORS_POOL_ID) return { ...userPrincipal(user, user), ...session };
  if (!user.operator) return null;
  const { id, email } = user;
  const workspaceId = DEFAULT_WORKSPACE_ID;
  const outsider: Principal = {
    kind: "operator",
    id,
    workspaceId,
    ...(email !== null && { email }),
    roles: [ROLE_PUBLIC],
    bypass: false,
    ...session,
    operator: user.operator,
  };
  return operatorIn(outsider, workspaceId) ?? outsider;
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
    const principal = sessionPrincipal(user, settings);
    if (principal) users.set(user.sessionId, { ...principal, ...organizations.get(user.sessionId) });
  }
  return users;
}
