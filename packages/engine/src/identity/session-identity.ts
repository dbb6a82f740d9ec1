import {
  DEFAULT_WORKSPACE_ID,
  type Principal,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
} from "@plinth/core";
import type { Engine } from "../engine.ts";
import { authOf } from "./auth.ts";
import { isSignedToken } from "./credentials.ts";
import { identityState, type SessionIdentity } from "./state.ts";
import { assignedRoles, findUser } from "./users.ts";

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
    const principal = await principalOf(driver, { ...session, id: session.userId });
    return {
      value: {
        bearer: { principal, cookieAuthenticated: false },
        cookie: { principal, cookieAuthenticated: true },
      },
      until: session.expiresAt,
    };
  });
}

/** The principal of a user who is not the caller; null when the workspace has no such user. */
export async function principalOfUser(
  driver: SqlDriver,
  workspaceId: string,
  userId: string,
): Promise<Principal | null> {
  const user = await findUser(driver, workspaceId, userId);
  return user && principalOf(driver, user);
}

/** Administrators of the default workspace are the operators. */
async function principalOf(
  driver: SqlDriver,
  { id, workspaceId, email }: { id: string; workspaceId: string; email: string },
): Promise<Principal> {
  const assigned = await assignedRoles(driver, workspaceId, id);
  const admin = assigned.includes(ROLE_ADMIN);
  return {
    kind: "user",
    id,
    workspaceId,
    email,
    roles: [ROLE_PUBLIC, ROLE_AUTHENTICATED, ...assigned],
    bypass: admin,
    operator: admin && workspaceId === DEFAULT_WORKSPACE_ID,
  };
}
