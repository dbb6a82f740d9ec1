import {
  DEFAULT_WORKSPACE_ID,
  OPERATORS_POOL_ID,
  type Principal,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
} from "@plinth/core";
import { findSessionPool, findUserRights, type UserRights } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { isSignedToken } from "./credentials.ts";
import { organizationsOf } from "./memberships.ts";
import { identityState, type SessionIdentity } from "./state.ts";

/** The user of a signed session token, of whichever pool. Null: forged, expired or signed out. */
export function identifySession(
  engine: Engine,
  driver: SqlDriver,
  signedToken: string,
  bearer: boolean,
): SessionIdentity | null | Promise<SessionIdentity | null> {
  if (!isSignedToken(signedToken)) return null;
  const { sessions, signedTokens } = identityState(engine);
  return sessions.get(signedToken, driver.lifetime === "process", async () => {
    const token = signedToken.slice(0, signedToken.indexOf("."));
    // The stored row names the pool; the pool's own key then says whether the token is genuine.
    const pool = await findSessionPool(driver, token);
    const session = pool && (await authOf(engine, driver, pool).session(signedToken, { extend: bearer }));
    if (!session) return null;
    signedTokens.set(token, signedToken);
    const { userId, workspaceId, email, impersonator } = session;
    const rights = await findUserRights(driver, workspaceId, userId);
    const account = accountPrincipal({ id: userId, workspaceId, email, impersonator }, rights);
    if (!account) return null;
    const principal = { ...account, ...(await organizationsOf(engine, driver, { workspaceId, userId, token })) };
    return {
      value: {
        pool,
        bearer: { principal, cookieAuthenticated: false, session: signedToken },
        cookie: { principal, cookieAuthenticated: true, session: signedToken },
      },
      until: session.expiresAt,
    };
  });
}

interface Account {
  readonly id: string;
  readonly workspaceId: string;
  readonly email: string;
  /** The operator who acts as this user. */
  readonly impersonator?: string | undefined;
}

/**
 * A user with these rights. Roles are sorted, because cache keys for a set of roles consist of their names. Who acts as a user
 * has no rights over the workspace by that.
 */
export function userPrincipal(user: Account, { roles }: Pick<UserRights, "roles">): Principal {
  return {
    kind: "user",
    id: user.id,
    workspaceId: user.workspaceId,
    email: user.email,
    roles: [ROLE_PUBLIC, ROLE_AUTHENTICATED, ...roles.toSorted()],
    bypass: roles.includes(ROLE_ADMIN) && user.impersonator === undefined,
    operator: false,
    ...(user.impersonator !== undefined && { impersonator: user.impersonator }),
  };
}

/**
 * The caller behind an account of any pool. An operator is in the default workspace where the request names none. Null:
 * an account among those of the operators that is none of theirs.
 */
export function accountPrincipal(account: Account, rights: UserRights): Principal | null {
  if (account.workspaceId !== OPERATORS_POOL_ID) return userPrincipal(account, rights);
  if (!rights.operator) return null;
  const everywhere = { ...account, workspaceId: DEFAULT_WORKSPACE_ID };
  return { ...userPrincipal(everywhere, { roles: [ROLE_ADMIN] }), operator: true };
}
