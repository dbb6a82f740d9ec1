import { type Auth, BLOCKED, createAuth } from "@plinth/auth";
import { DEFAULT_WORKSPACE_ID, type SqlDriver, type SqlQuery } from "@plinth/core";
import { authDatabase, insertSecurityEvent, mustNotBeBlocked } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { forgetSession, identityState } from "./state.ts";

/** Sign-up, sign-in and sessions; one for each driver. Accounts belong to the default workspace. */
export function authOf(engine: Engine, driver: SqlDriver): Auth {
  const { auths } = identityState(engine);
  let auth = auths.get(driver);
  if (!auth) {
    auth = authOver(engine, driver);
    auths.set(driver, auth);
  }
  return auth;
}

/** The same, with statements that join the batch which creates a user. Created for one request. */
export function authOver(engine: Engine, driver: SqlDriver, onUserCreated?: (userId: string) => SqlQuery[]): Auth {
  const { config, clock, log, passwords } = engine;
  return createAuth({
    driver,
    ...authDatabase(driver),
    workspaceId: DEFAULT_WORKSPACE_ID,
    config,
    clock,
    log,
    passwords,
    limiter: identityState(engine).limiter,
    onUserCreated,
    onSessionCreated: (userId) => mustNotBeBlocked(driver, userId, BLOCKED),
    onEvent: ({ type, userId, address, sessionId }) => [
      insertSecurityEvent(driver, {
        workspaceId: DEFAULT_WORKSPACE_ID,
        at: clock.now(),
        type,
        actor: `user:${userId}`,
        target: sessionId === undefined ? `user:${userId}` : `session:${sessionId}`,
        address,
      }),
    ],
    onSessionEnded: (token) => forgetSession(engine, token),
  });
}
