import {
  DEFAULT_WORKSPACE_ID,
  type Principal,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
} from "@plinth/core";
import { listAssignedRoles } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { isSignedToken } from "./credentials.ts";
import { identityState, type SessionIdentity } from "./state.ts";

/** The user of a signed session token; null for one that is forged, expired or signed out. */
export function identifySession(
  engine: Engine,
  driver: SqlDriver,
  signedToken: string,
  bearer: boolean,
): SessionIdentity | null | Promise<SessionIdentity | null> {
  if (!isSignedToken(signedToken)) return null;
  const { sessions, signedTokens } = identityState(engine);
  return sessions.get(signedToken, driver.lifetime === "process", async () => {
    const session = await authOf(engine, driver).session(signedToken, { extend: bearer });
    if (!session) return null;
    signedTokens.set(signedToken.slice(0, signedToken.indexOf(".")), signedToken);
    const { userId, workspaceId, email } = session;
    const assigned = await listAssignedRoles(driver, workspaceId, userId);
    const principal = userPrincipal({ id: userId, workspaceId, email }, assigned);
    return {
      value: {
        bearer: { principal, cookieAuthenticated: false },
        cookie: { principal, cookieAuthenticated: true },
      },
      until: session.expiresAt,
    };
  });
}

/**
 * A user with these assigned roles, put in one order because what is derived for a set of roles is kept by their names.
 * Administrators of the default workspace are the operators.
 */
export function userPrincipal(
  user: { id: string; workspaceId: string; email: string },
  assigned: readonly string[],
): Principal {
  const admin = assigned.includes(ROLE_ADMIN);
  return {
    kind: "user",
    id: user.id,
    workspaceId: user.workspaceId,
    email: user.email,
    roles: [ROLE_PUBLIC, ROLE_AUTHENTICATED, ...assigned.toSorted()],
    bypass: admin,
    operator: admin && user.workspaceId === DEFAULT_WORKSPACE_ID,
  };
}
