import {
  type Auth,
  type AuthMails,
  type AuthOptions,
  BLOCKED,
  createAuth,
  MOST_SESSIONS,
  type PoolSettings,
  REPLACED,
  UNVERIFIED,
  UPGRADED,
} from "@plinth/auth";
import { limitDetails, OPERATORS_POOL_ID, PlinthError, type SqlDriver } from "@plinth/core";
import {
  authDatabase,
  confirmAddress,
  deletePendingSignIns,
  endAnonymousSessions,
  endUnusedSessions,
  findWorkspaceNames,
  followAccount,
  forgetBrowsersOf,
  insertSecurityEvent,
  lockUser,
  mustBeAnonymous,
  mustBeVerified,
  mustHavePassword,
  mustNotBeBlocked,
  probeWrite,
  replacePasswordHash,
  takeOverQueries,
} from "@plinth/db";
import type { Engine, RequestClient } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { outboxOf, wakeOutbox } from "../kernel/outbox.ts";
import { admitProvenAddress } from "./admission.ts";
import { allowedDomains } from "./allowed-domains.ts";
import { acceptAnonymous } from "./anonymous.ts";
import { requireCaptcha } from "./captcha.ts";
import { networkOf } from "./client-address.ts";
import { afterSignIn } from "./hooks/after-sign-in.ts";
import { askBeforeSignUp } from "./hooks/before-sign-up.ts";
import { askPasswordCheck } from "./hooks/password-check.ts";
import { countChallenge, countProofAttempt, forgetAttempts } from "./limits/account-attempts.ts";
import { codeAskers, countEmailCode } from "./limits/code-askers.ts";
import { rememberBrowser } from "./limits/device-cookie.ts";
import { hashQueueOf, sharedLimiter } from "./limits/index.ts";
import { askerOf } from "./limits/message-limits.ts";
import { appNameOf } from "./names-in-mails.ts";
import { phoneCodes } from "./phone.ts";
import { addressVariables, publicAddress } from "./public-address.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";
import { forgetSession, forgetSessions, identityState, MAX_AUTHS } from "./state.ts";

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
    attempt: (attempt) => countProofAttempt(engine, driver, { ...attempt, workspaceId: pool }),
    beforeChallenge: (userId, headers) => countChallenge(engine, driver, { workspaceId: pool, userId, headers }),
    onPasswordReset: (userId) => forgetAttempts(engine, driver, { workspaceId: pool, userId }),
    documents: identityState(engine).documents,
    onAccountLinked: ({ explicit, ...link }) => {
      if (pool === OPERATORS_POOL_ID) return [confirmAddress(driver, link.userId)];
      return explicit ? [mustBeVerified(driver, link.userId, UNVERIFIED)] : takeOverQueries(driver, link);
    },
    onSessionCreated: (userId, hash) => [
      ...mustNotBeBlocked(driver, userId, BLOCKED),
      ...(hash === undefined ? [] : mustHavePassword(driver, { userId, hash }, REPLACED)),
      endUnusedSessions(driver, userId, MOST_SESSIONS),
    ],
    inTurnOf: (userId) => lockUser(driver, userId),
    onPasswordChanged: (userId, hash) => mustHavePassword(driver, { userId, hash }, REPLACED),
    requireCaptcha: (attempt) => requireCaptcha(engine, driver, { ...attempt, workspaceId: pool }),
    beforeSignUp: (newcomer) => askBeforeSignUp(engine, driver, { ...newcomer, workspaceId: pool }),
    checkPassword: (attempt) => askPasswordCheck(engine, driver, pool, attempt),
    admit: (email) => admitProvenAddress(engine, driver, pool, email),
    acceptAnonymous: (address) => acceptAnonymous(engine, driver, pool, address),
    beforeUpgrade: ({ userId, session }) => [
      ...mustBeAnonymous(driver, userId, UPGRADED),
      ...endAnonymousSessions(driver, userId, session),
    ],
    onUpgradeStored: () => forgetSessions(engine),
    ...afterSignIn(engine, driver, pool),
    onAddressProven: (claim) => takeOverQueries(driver, claim),
    onTrustEnded: (userId) => [deletePendingSignIns(driver, userId)],
    rememberBrowser: (browser) => rememberBrowser(engine, driver, pool, browser),
    onDevicesForgotten: (userId) => forgetBrowsersOf(driver, userId),
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
    onProfileWritten: (id, amended) => {
      const origin = { actor: `user:${id}`, requestId: null };
      return followAccount(driver, { workspaceId: pool, id, amended }, origin, clock.now());
    },
    onProfileStored: () => void engine.announcer?.announce(pool),
    settings: () => poolSettings(engine, driver, pool),
    poolNames: () => (pool === OPERATORS_POOL_ID ? Promise.resolve([]) : findWorkspaceNames(driver, pool)),
    mails: mailsOf(engine, driver, pool, host),
    codeAskers: codeAskers(engine, driver, pool),
    phones: phoneCodes(engine, driver, pool, host),
    ...own,
    onSessionEnded: (token) => forgetSession(engine, token),
  });
}

/** What the workspace has decided; of the operators' pool, what the server's configuration says. */
export async function poolSettings(engine: Engine, driver: SqlDriver, pool: string): Promise<PoolSettings> {
  const { email, pages, passwords, sessions } = await authSettingsOf(engine, driver, pool);
  const byDomain = (await allowedDomains(engine, driver, pool)).length > 0;
  return {
    // Anybody can type an address of these domains: without a mail to it the list would keep nobody out.
    emailVerification: byDomain && outboxOf(engine) ? "required" : email.verification,
    appName: appNameOf(engine.config, { pages }),
    stepUpMinutes: sessions.step_up_minutes,
    sessionIdleHours: sessions.idle_hours,
    sessionMaxHours: sessions.max_hours,
    passwordPolicy: { minLength: passwords.min_length, refuseCommon: passwords.refuse_common },
  };
}

/** Undefined where this server sends no mail. */
function mailsOf(engine: Engine, driver: SqlDriver, pool: string, host: string | undefined): AuthMails | undefined {
  const outbox = outboxOf(engine);
  if (!outbox) return undefined;
  return {
    async queue({ kind, source, ...mail }) {
      const order = { ...mail, workspaceId: pool, template: kind };
      const variables = { ...mail.variables, ...addressVariables(engine, pool, host) };
      // A code is counted before it is made.
      const asker = kind === "email_code" ? "counted" : await askerOf(engine, driver, { ...order, ...source });
      return outbox.queue(engine, driver, { ...order, variables, asker });
    },
    countCode: (to, source) => countEmailCode(engine, driver, { ...source, workspaceId: pool, to }),
    queued: () => wakeOutbox(engine),
    probe: () => probeWrite(driver),
  };
}

const MINUTE_MS = 60_000;

/** What one address may do in a minute: sign in and such, and more often what needs a secret that nobody can guess. */
const ADDRESS_LIMITS = { address: 1, tokens: 10 } as const;

/** Counts a request by its address, beside those that a pool answers itself. */
export async function requireWithinAddressLimit(
  engine: Engine,
  driver: SqlDriver,
  client: Pick<RequestClient, "clientAddress" | "limited">,
  name: keyof typeof ADDRESS_LIMITS,
): Promise<void> {
  if (engine.config.authRateLimit === 0) return;
  const limit = await limitByAddress(engine, driver, name)(client.clientAddress);
  client.limited?.(limit);
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
