import type { SqlDriver } from "@plinth/core";
import { findUserRights } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { isSignedToken } from "./credentials.ts";
import { identityState, type SessionIdentity } from "./state.ts";
import { tokenSettings } from "./tokens/settings.ts";
import { sessionPrincipal } from "./user-principal.ts";

/** The user of a signed session token. Null: forged, expired or signed out. */
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
    const { id, userId, workspaceId, email, methods } = session;
    const rights = await findUserRights(driver, workspaceId, userId);
    const user = { sessionId: id, id: userId, workspaceId, email, methods, ...rights };
    const principal = sessionPrincipal(user, await tokenSettings(engine, driver, workspaceId));
    return {
      value: {
        bearer: { principal, cookieAuthenticated: false },
        cookie: { principal, cookieAuthenticated: true },
      },
      until: session.expiresAt,
    };
  });
}
