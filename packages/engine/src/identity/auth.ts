import {
  type Auth,
  type AuthMails,
  type AuthOptions,
  BLOCKED,
  createAuth,
  type PoolSettings,
  UNVERIFIED,
} from "@plinth/auth";
import type { SqlDriver } from "@plinth/core";
import {
  authDatabase,
  deletePendingSignIns,
  followAccount,
  insertSecurityEvent,
  mustBeVerified,
  mustNotBeBlocked,
  replacePasswordHash,
  takeOverQueries,
} from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { outboxOf, wakeOutbox } from "../kernel/outbox.ts";
import { admitProvenAddress } from "./admission.ts";
import { networkOf } from "./client-address.ts";
import { countOwnAttempt, forgetAttempts } from "./limits/account-attempts.ts";
import { hashQueueOf, sharedLimiter } from "./limits/index.ts";
import { publicAddress } from "./public-address.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";
import { askBeforeSignUp } from "./sign-up-hook.ts";
import { forgetSession, identityState, MAX_AUTHS } from "./state.ts";

/**
 * Sign-up, sign-in and sessions of a workspace's pool of accounts, which knows nothing of the others. `host`: the
 * workspace's own host name by which the request came; links, passkeys and providers' callbacks then belong to it.
 */
export function authOf(engine: Engine, driver: SqlDriver, pool: string, host?: string): Auth {
  const { auths } = identityState(engine);
  let pools = auths.get(driver);
  if (!pools) {
    pools = new Lru(MAX_AUTHS);
    auths.set(driver, pools);
  }
  const key = host === undefined ? pool : `${pool} ${host}`;
  let auth = pools.get(key);
  if (!auth) {
    auth = authOver(engine, driver, pool, { host });
    pools.set(key, auth);
  }
  return auth;
}

type OwnOptions = Pick<AuthOptions, "onUserCreated"> &
  Partial<Pick<AuthOptions, "settings" | "mails">> & { readonly host?: string | undefined };

/** The same, for one request: with statements that join the batch which creates a user. */
export function authOver(engine: Engine, driver: SqlDriver, pool: string, { host, ...own }: OwnOptions = {}): Auth {
  const { clock, log, passwords } = engine;
  const { origin, path } = publicAddress(engine, pool, host);
  const config = { ...engine.config, appUrl: origin };
  return createAuth({
    driver,
    ...authDatabase(driver),
    workspaceId: pool,
    workspacePath: path,
    config,
    clock,
    log,
    passwords,
    hashes: hashQueueOf(engine, driver),
    onRehashed: async (hash, by) =>
      void (await driver.run(replacePasswordHash(driver, { workspaceId: pool, hash, by }))),
    ...(config.authRateLimit > 0 && { limit: limitByAddress(engine, driver) }),
    ...(config.authRateLimit > 0 && {
      attempt: (userId, path) => countOwnAttempt(engine, driver, { workspaceId: pool, userId, path }),
    }),
    onPasswordReset: (userId) => forgetAttempts(engine, driver, { workspaceId: pool, userId }),
    documents: identityState(engine).documents,
    onAccountLinked: ({ explicit, ...link }) =>
      explicit ? [mustBeVerified(driver, link.userId, UNVERIFIED)] : takeOverQueries(driver, link),
    onSessionCreated: (userId) => mustNotBeBlocked(driver, userId, BLOCKED),
    beforeSignUp: (email, method) => askBeforeSignUp(engine, driver, { workspaceId: pool, email, method }),
    admit: (email) => admitProvenAddress(engine, driver, pool, email),
    onAddressProven: (claim) => takeOverQueries(driver, claim),
    onTrustEnded: (userId) => [deletePendingSignIns(driver, userId)],
    onEvent: ({ type, userId, address, sessionId, detail }) => [
      insertSecurityEvent(driver, {
        workspaceId: pool,
        at: clock.now(),
        type,
        actor: `user:${userId}`,
        target: sessionId === undefined ? `user:${userId}` : `session:${sessionId}`,
        address,
        detail,
      }),
    ],
    onProfileWritten: (id) =>
      followAccount(driver, { workspaceId: pool, id }, { actor: `user:${id}`, requestId: null }, clock.now()),
    onProfileStored: () => void engine.announcer?.announce(pool),
    settings: () => poolSettings(engine, driver, pool),
    mails: mailsOf(engine, driver, pool, host === undefined ? undefined : origin),
    ...own,
    onSessionEnded: (token) => forgetSession(engine, token),
  });
}

/** What the workspace has decided; of the operators' pool, what the server's configuration says. */
export async function poolSettings(engine: Engine, driver: SqlDriver, pool: string): Promise<PoolSettings> {
  const { email, passwords, sessions } = await authSettingsOf(engine, driver, pool);
  return {
    emailVerification: email.verification,
    stepUpMinutes: sessions.step_up_minutes,
    sessionIdleHours: sessions.idle_hours,
    sessionMaxHours: sessions.max_hours,
    passwordPolicy: { minLength: passwords.min_length, refuseCommon: passwords.refuse_common },
  };
}

/** Undefined where this server sends no mail. */
function mailsOf(engine: Engine, driver: SqlDriver, pool: string, origin: string | undefined): AuthMails | undefined {
  const outbox = outboxOf(engine);
  if (!outbox) return undefined;
  return {
    queue: ({ kind, ...mail }) => {
      const variables = { ...mail.variables, ...(origin !== undefined && { app_url: origin }) };
      return outbox.queue(engine, driver, { ...mail, variables, workspaceId: pool, template: kind });
    },
    queued: () => wakeOutbox(engine),
  };
}

const MINUTE_MS = 60_000;

/** Where the host does not know addresses, all callers share one count. */
function limitByAddress(engine: Engine, driver: SqlDriver): NonNullable<AuthOptions["limit"]> {
  const policy = { name: "address", max: engine.config.authRateLimit, windowMs: MINUTE_MS };
  return (address) => sharedLimiter(engine).take(driver, policy, address === undefined ? "" : networkOf(address));
}
