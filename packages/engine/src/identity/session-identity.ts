import { OPERATORS_POOL_ID, type SqlDriver } from "@plinth/core";
import { findOperatorRights, findSessionPool, findUserRights } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { isSignedToken } from "./credentials.ts";
import { organizationsOf } from "./memberships.ts";
import { identityState, type SessionIdentity } from "./state.ts";
import { tokenSettings } from "./token-settings.ts";
import { sessionPrincipal } from "./user-principal.ts";

const NO_ROLES = { roles: [] };

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
    const { id: sessionId, userId, workspaceId, email, emailVerified, methods, impersonator, isAnonymous } = session;
    const operates = workspaceId === OPERATORS_POOL_ID;
    const { roles } = operates ? NO_ROLES : await findUserRights(driver, workspaceId, userId);
    const operator = operates ? (await findOperatorRights(driver, [userId])).get(userId) : undefined;
    const known = { id: userId, workspaceId, email, emailVerified, isAnonymous, roles, operator };
    const user = { sessionId, ...known, methods, impersonator };
    const settings = await tokenSettings(engine, driver, workspaceId);
    const account = sessionPrincipal(user, settings);
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
