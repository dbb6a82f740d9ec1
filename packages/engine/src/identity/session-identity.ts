import { type Principal, ROLE_ADMIN, ROLE_AUTHENTICATED, ROLE_PUBLIC, type SqlDriver } from "@plinth/core";
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
    const organizations = await organizationsOf(engine, driver, { workspaceId, userId, token });
    const user = { id: userId, workspaceId, email, impersonator };
    const principal = { ...userPrincipal(user, rights), ...organizations };
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
