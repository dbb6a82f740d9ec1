import {
  type Auth,
  type AuthMails,
  type AuthOptions,
  BLOCKED,
  createAuth,
  type PoolSettings,
  UNVERIFIED,
} from "@plinth/auth";
import { DEFAULT_WORKSPACE_ID, limitDetails, OPERATORS_POOL_ID, PlinthError, type SqlDriver } from "@plinth/core";
import {
  authDatabase,
  deleteDevicesOf,
  deletePendingSignIns,
  findWorkspaceNames,
  followAccount,
  insertSecurityEvent,
  mustBeVerified,
  mustNotBeBlocked,
  takeOverQueries,
} from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { outboxOf, wakeOutbox } from "../kernel/outbox.ts";
import { admitProvenAddress } from "./admission.ts";
import { requireCaptcha } from "./captcha.ts";
import { networkOf } from "./client-address.ts";
import { afterSignIn } from "./hooks/after-sign-in.ts";
import { askBeforeSignUp } from "./hooks/before-sign-up.ts";
import { askPasswordCheck } from "./hooks/password-check.ts";
import { countOwnAttempt, forgetAttempts } from "./limits/account-attempts.ts";
import { hashQueueOf, sharedLimiter } from "./limits/index.ts";
import { phoneCodes } from "./phone.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";
import { forgetSession, identityState, MAX_AUTHS } from "./state.ts";

/** Sign-up, sign-in and sessions of a workspace's pool of accounts, which knows nothing of the others. */
export function authOf(engine: Engine, driver: SqlDriver, pool: string): Auth {
  const { auths } = identityState(engine);
  let pools = auths.get(driver);
  if (!pools) {
    pools = new Lru(MAX_AUTHS);
    auths.set(driver, pools);
  }
  let auth = pools.get(pool);
  if (!auth) {
    auth = authOver(engine, driver, pool);
    pools.set(pool, auth);
  }
  return auth;
}

/** The path of a pool's pages, and after `/api` of its API. The default workspace is meant where none is named. */
export function workspacePath(workspaceId: string): string {
  if (workspaceId === OPERATORS_POOL_ID) return OPERATORS_PATH;
  return workspaceId === DEFAULT_WORKSPACE_ID ? "" : `/t/${workspaceId}`;
}

/** Before `/auth`, it names the pool of the operators. */
const OPERATORS_PATH = "/operator";

/** The address to which a provider of a workspace sends browsers back. */
export function callbackUrlOf({ config }: Engine, workspaceId: string, provider: string): string {
  return `${config.appUrl}/api${workspacePath(workspaceId)}/auth/callback/${provider}`;
}

/** The same, for one request: with statements that join the batch which creates a user. */
export function authOver(
  engine: Engine,
  driver: SqlDriver,
  pool: string,
  own: Pick<AuthOptions, "onUserCreated"> & Partial<Pick<AuthOptions, "settings" | "mails">> = {},
): Auth {
  const { config, clock, log, passwords } = engine;
  return createAuth({
    driver,
    ...authDatabase(driver),
    workspaceId: pool,
    workspacePath: workspacePath(pool),
    config,
    clock,
    log,
    passwords,
    hashes: hashQueueOf(engine, driver),
    ...(config.authRateLimit > 0 && { limit: limitByAddress(engine, driver) }),
    ...(config.authRateLimit > 0 && {
      attempt: (userId, path) => countOwnAttempt(engine, driver, { workspaceId: pool, userId, path }),
    }),
    onPasswordReset: (userId) => forgetAttempts(engine, driver, { workspaceId: pool, userId }),
    documents: identityState(engine).documents,
    onAccountLinked: ({ explicit, ...link }) =>
      explicit ? [mustBeVerified(driver, link.userId, UNVERIFIED)] : takeOverQueries(driver, link),
    onSessionCreated: (userId) => mustNotBeBlocked(driver, userId, BLOCKED),
    requireCaptcha: (attempt) => requireCaptcha(engine, driver, { ...attempt, workspaceId: pool }),
    beforeSignUp: (newcomer) => askBeforeSignUp(engine, driver, { ...newcomer, workspaceId: pool }),
    checkPassword: (attempt) => askPasswordCheck(engine, driver, pool, attempt),
    admit: (email) => admitProvenAddress(engine, driver, pool, email),
    ...afterSignIn(engine, driver, pool),
    onAddressProven: (claim) => takeOverQueries(driver, claim),
    onTrustEnded: (userId) => [deletePendingSignIns(driver, userId)],
    onDevicesForgotten: (userId) => [deleteDevicesOf(driver, userId)],
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
    poolNames: () => (pool === OPERATORS_POOL_ID ? Promise.resolve([]) : findWorkspaceNames(driver, pool)),
    mails: mailsOf(engine, driver, pool),
    phones: phoneCodes(engine, driver, pool),
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
function mailsOf(engine: Engine, driver: SqlDriver, pool: string): AuthMails | undefined {
  const outbox = outboxOf(engine);
  if (!outbox) return undefined;
  return {
    queue: ({ kind, ...mail }) => outbox.queue(engine, driver, { ...mail, workspaceId: pool, template: kind }),
    queued: () => wakeOutbox(engine),
  };
}

const MINUTE_MS = 60_000;

/** What one address may do in a minute: sign in and such, and more often what needs a secret that nobody can guess. */
const ADDRESS_LIMITS = { address: 1, tokens: 10 } as const;

/** Counts a request by its address, beside those that a pool answers itself. */
export async function requireWithinAddressLimit(
  engine: Engine,
  driver: SqlDriver,
  address: string | undefined,
  name: keyof typeof ADDRESS_LIMITS = "address",
): Promise<void> {
  if (engine.config.authRateLimit === 0) return;
  const limit = await limitByAddress(engine, driver, name)(address);
  if (!limit.allowed) throw new PlinthError("RATE_LIMITED", undefined, limitDetails(limit));
}

/** Where the host does not know addresses, all callers share one count. */
function limitByAddress(
  engine: Engine,
  driver: SqlDriver,
  name: keyof typeof ADDRESS_LIMITS = "address",
): NonNullable<AuthOptions["limit"]> {
  const policy = { name, max: engine.config.authRateLimit * ADDRESS_LIMITS[name], windowMs: MINUTE_MS };
  return (address) => sharedLimiter(engine).take(driver, policy, address === undefined ? "" : networkOf(address));
}
