import { type Auth, type AuthMails, type AuthOptions, BLOCKED, createAuth } from "@plinth/auth";
import { DEFAULT_WORKSPACE_ID, type SqlDriver } from "@plinth/core";
import { authDatabase, deletePendingSignIns, insertSecurityEvent, mustNotBeBlocked } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { outboxOf, wakeOutbox } from "../kernel/outbox.ts";
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

/** The same, for one request: with statements that join the batch which creates a user. */
export function authOver(
  engine: Engine,
  driver: SqlDriver,
  own: Pick<AuthOptions, "onUserCreated"> & Partial<Pick<AuthOptions, "emailVerification" | "mails">> = {},
): Auth {
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
    onSessionCreated: (userId) => mustNotBeBlocked(driver, userId, BLOCKED),
    onTrustEnded: (userId) => [deletePendingSignIns(driver, userId)],
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
    emailVerification: config.emailVerification,
    stepUpMinutes: config.stepUpMinutes,
    mails: mailsOf(engine, driver),
    ...own,
    onSessionEnded: (token) => forgetSession(engine, token),
  });
}

/** Undefined where this server sends no mail. */
function mailsOf(engine: Engine, driver: SqlDriver): AuthMails | undefined {
  const outbox = outboxOf(engine);
  if (!outbox) return undefined;
  return {
    queue: ({ kind, ...mail }) =>
      outbox.queue(engine, driver, { ...mail, workspaceId: DEFAULT_WORKSPACE_ID, template: kind }),
    queued: () => wakeOutbox(engine),
  };
}
