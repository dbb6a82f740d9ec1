/** The one module that loads better-auth; imported on first use, never before. */
import { runWithAdapter, tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import { drizzleAdapter } from "@better-auth/drizzle-adapter";
import {
  dataErrorOf,
  deriveKey,
  isSecure,
  type LimitState,
  type Log,
  limitDetails,
  limitHeaders,
  PlinthError,
  type SqlQuery,
  trustedOrigins,
  uuidv7,
} from "@plinth/core";
import { makeSignature } from "better-auth/crypto";
import { betterAuth } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { joinedStatements, type Whereabouts } from "./account-events.ts";
import type { Auth, PoolOptions, VerifiedSession } from "./auth.ts";
import { authFailureOf, authRefusalOf, unusableLink } from "./auth-errors.ts";
import { boundedHasher } from "./bounded-hasher.ts";
import { answerWithChallenge, withChallenge } from "./challenge.ts";
import { isChangeToken, useChangeToken } from "./change-tokens.ts";
import type { HashOwner } from "./hash-queue.ts";
import { limitsOf } from "./limited-paths.ts";
import { FLOW_HEADER, type MailFlows, mailFlows, RESET_SECONDS, VERIFY_SECONDS } from "./mail-flows.ts";
import { requireAllowed, requireAllowedPassword } from "./new-passwords.ts";
import { answerOf } from "./oauth/answer.ts";
import { oauthRefusalOf } from "./oauth/failures.ts";
import { OAUTH_FLOW_HEADER, type OAuthFlows, oauthFlows } from "./oauth/flow.ts";
import type { OAuthAnswer, OAuthStep } from "./oauth/identity-provider.ts";
import { poolAdapter } from "./pool-adapter.ts";
import { requireProof } from "./require-proof.ts";
import { REVOKE_PATH, withStoredToken } from "./revoke-session.ts";
import { cookiePrefix, normalizeSessionToken, sessionCookieName } from "./session-cookie.ts";
import { type Lifetime, lifetimeOf } from "./session-lifetime.ts";
import { emailMethods } from "./sign-in-methods/email.ts";
import {
  AUTHENTICATION_OPTIONS_PATH,
  asSignIn,
  PASSKEY_SIGN_IN_PATH,
  passkeyMethod,
  requiringVerification,
} from "./sign-in-methods/passkey.ts";
import {
  admitSession,
  SecondFactorDue,
  secondFactor,
  secondFactorChallenges,
} from "./sign-in-methods/second-factor.ts";
import { stepUp } from "./sign-in-methods/step-up.ts";
import { fromLibrary, toLibrary } from "./wire.ts";
import { batchingDatabase } from "./write-batch.ts";

const BASE_PATH = "/api/auth";
const SIGN_UP_PATH = "/sign-up/email";
const MAGIC_LINK_PATH = "/magic-link/verify";
const ADDRESS_HEADER = "x-plinth-remote-address";

export async function betterAuthOver(options: PoolOptions): Promise<Auth> {
  // A pool of its own has a key of its own: what is signed for one is worth nothing in another.
  const secret = await deriveKey(options.config.secret, `sessions:${options.workspaceId}`);
  const lifetime = lifetimeOf(options);
  const flows = mailFlows(options, secret);
  const oauth = oauthFlows({ ...options, pool: options.workspaceId });
  const auth = setUp(options, secret, { lifetime, flows, oauth });
  await auth.$context;
  const cookie = sessionCookieName(options.config, options.workspaceId);
  const parts = { auth, options, flows };
  const { adapter } = await auth.$context;
  // better-auth takes its adapter from the asynchronous context. On some hosts a connection carries the context of the
  // request that opened it, and with that the adapter of another pool.
  const inPool = async <T>(work: () => Promise<T>): Promise<T> => runWithAdapter(adapter, work);
  return {
    handle: (request, remoteAddress, redirect) => inPool(() => handle(parts, request, { remoteAddress, redirect })),
    oauth: (request, remoteAddress, step) =>
      inPool(() => answerStep({ ...parts, oauth }, request, remoteAddress, step)),
    session: (signedToken, { extend }) => inPool(() => readSession(auth, { cookie, lifetime }, signedToken, extend)),
    async hashPassword(password, email) {
      await requireAllowed(options.passwordPolicy, { password, email });
      return (await auth.$context).password.hash(password);
    },
    signToken: async (token) => `${token}.${await makeSignature(token, secret)}`,
  };
}

export type BetterAuth = ReturnType<typeof setUp>;

/** Set by `impersonate` alone. */
const IMPERSONATION = { impersonatedBy: { type: "string", required: false, input: false } } as const;

export function setUp(
  options: PoolOptions,
  secret: string,
  { lifetime, flows, oauth }: { lifetime: Lifetime; flows: MailFlows | undefined; oauth: OAuthFlows },
) {
  const { config, tables, workspaceId, passwords } = options;
  const row = { additionalFields: { workspaceId: ownField(workspaceId, false) } };
  const admissions = new WeakMap<object, (userId: string) => SqlQuery[]>();
  const admitted = (request: object, userId: string) => admissions.get(request)?.(userId) ?? [];
  const joined = joinedStatements(options, { whereabouts, admitted, welcome: flows?.welcome, oauth: oauth.current });
  const database = batchingDatabase(options.driver, options.database, joined) as Record<string, unknown>;
  const adapter = drizzleAdapter(database, { provider: "sqlite", schema: { ...tables }, transaction: true });
  return betterAuth({
    appName: "Plinth",
    baseURL: config.appUrl,
    basePath: BASE_PATH,
    // Both forms: the second overrides an environment variable that happens to be set.
    secret,
    secrets: [{ version: 1, value: secret }],
    database: (given) => poolAdapter(adapter(given), workspaceId),
    // better-auth also asks without a request, when it starts.
    trustedOrigins: (request) => trustedOrigins(config, request?.url ?? config.appUrl),
    emailAndPassword: {
      enabled: true,
      password: boundedHasher(passwords, options.hashes, () => hashOwner(workspaceId)),
      requireEmailVerification: options.emailVerification === "required",
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      // Whoever knew the old password may have a session.
      revokeSessionsOnPasswordReset: true,
      ...(flows && { sendResetPassword: flows.sendReset, onExistingUserSignUp: flows.accountExists }),
    },
    emailVerification: {
      expiresIn: VERIFY_SECONDS,
      // The first mail is stored in the batch that makes the account; better-auth would send it afterwards.
      sendOnSignUp: false,
      sendOnSignIn: true,
      ...(flows && { sendVerificationEmail: flows.sendVerification }),
    },
    user: {
      additionalFields: { workspaceId: ownField(workspaceId, true) },
      changeEmail: { enabled: true, ...(flows && { sendChangeEmailConfirmation: flows.approveChange }) },
    },
    session: {
      expiresIn: lifetime.idleMs / 1000,
      updateAge: lifetime.renewMs / 1000,
      // Sensitive acts have a rule of their own: see `step-up.ts`.
      freshAge: 0,
      additionalFields: { ...row.additionalFields, ...PROOF, ...IMPERSONATION },
    },
    account: {
      ...row,
      updateAccountOnSignIn: false,
      accountLinking: {
        // `takeOver` makes an unverified account the one of whoever has its address.
        requireLocalEmailVerified: false,
        allowDifferentEmails: true,
        trustedProviders: [],
      },
    },
    // Links are secrets: a reader of the table cannot use one.
    verification: { ...row, storeIdentifier: "hashed" },
    databaseHooks: {
      user: {
        create: {
          before: async ({ email }, context) => {
            if (!context || context.path === SIGN_UP_PATH || oauth.current()) return;
            admissions.set(context, await options.admit(email));
            await options.beforeSignUp(email, "mail");
          },
        },
      },
      session: {
        create: {
          before: async ({ userId }, context) => ({ data: await admitSession(userId, context) }),
        },
        update: {
          before: async ({ expiresAt }, context) => {
            const session = context?.context.session?.session;
            if (!expiresAt || !session) return undefined;
            // Use does not prolong the time of an operator who acts as the user.
            const end = session.impersonatedBy ? session.expiresAt : lifetime.end(session.createdAt, expiresAt);
            return { data: { expiresAt: end } };
          },
        },
        delete: { after: async (session) => options.onSessionEnded?.(session.token) },
      },
    },
    // A session's token in the database has no signature, so a reader of the table cannot use a session.
    plugins: [
      bearer({ requireSignature: true }),
      ...emailMethods(flows, secret),
      passkeyMethod(workspaceId, config.appUrl),
      secondFactor(workspaceId, config.appUrl),
      secondFactorChallenges,
      stepUp((token) => options.onSessionEnded?.(token)),
      oauth.plugin,
    ],
    // Plinth counts attempts itself: in one place for all servers.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: cookiePrefix(config, workspaceId),
      // It would add `__Secure-` in front of the prefix.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isSecure(config) },
      // Explicit, because better-auth turns the check off where NODE_ENV is test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      // One client has a whole IPv6 /64, so it counts as one.
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 64 },
      database: { generateId: () => uuidv7(options.clock.now()), validateSchema: false },
    },
    telemetry: { enabled: false },
    logger: {
      level: "warn",
      disableColors: true,
      log: (level, message, ...args) => write(options.log, level, message, args),
    },
    onAPIError: { throw: true },
  });
}

function whereabouts(): Whereabouts {
  const context = tryGetCurrentAuthEndpointContext();
  return {
    path: context?.path ?? "",
    address: context?.headers?.get(ADDRESS_HEADER) ?? null,
    signedIn: context?.context.session?.user.id,
    request: context ?? {},
  };
}

/** Whose password the request names, or the user's who is signed in. */
function hashOwner(pool: string): HashOwner {
  const { address, signedIn } = whereabouts();
  const email = (tryGetCurrentAuthEndpointContext()?.body as { email?: unknown } | undefined)?.email;
  const account = typeof email === "string" ? email.toLowerCase() : signedIn;
  return { account: account && `${pool} ${account}`, address: address ?? undefined };
}

/** They do nothing but send a mail. */
const NEED_MAIL = new Set([
  "/request-password-reset",
  "/send-verification-email",
  "/change-email",
  "/sign-in/magic-link",
  "/email-otp/send-verification-otp",
]);

/** What a session says about how it began. */
const PROOF = {
  methods: { type: "string", required: false, input: false },
  authenticatedAt: { type: "number", required: false, input: false },
} as const;

/** A column that callers can neither set nor change. */
function ownField(value: string, returned: boolean) {
  return { type: "string", required: true, input: false, returned, defaultValue: value } as const;
}

interface Parts {
  readonly auth: BetterAuth;
  readonly options: PoolOptions;
  readonly flows: MailFlows | undefined;
}

interface Origin {
  readonly remoteAddress: string | undefined;
  readonly redirect?: string | undefined;
  /** The request of a sign-in by a provider, and what its refusals mean. */
  readonly step?: { readonly id: string; refusalOf(response: Response): Promise<PlinthError> };
}

async function handle(
  { auth, options, flows }: Parts,
  request: Request,
  { remoteAddress, redirect, step }: Origin,
): Promise<Response> {
  const path = new URL(request.url).pathname.slice(BASE_PATH.length);
  if (!flows && NEED_MAIL.has(path)) throw new PlinthError("MAIL_NOT_CONFIGURED");
  const headers = new Headers(request.headers);
  headers.delete(ADDRESS_HEADER);
  headers.delete(FLOW_HEADER);
  headers.delete(OAUTH_FLOW_HEADER);
  if (step) headers.set(OAUTH_FLOW_HEADER, step.id);
  if (remoteAddress) headers.set(ADDRESS_HEADER, remoteAddress);
  // Programs send no Origin and are safe; better-auth requires one beside a cookie.
  if (!headers.has("origin") && !headers.has("referer")) headers.set("origin", options.config.appUrl);
  const limits = limitsOf(path);
  const limit = limits?.byAddress ? await options.limit?.(remoteAddress) : undefined;
  if (limit && !limit.allowed) throw new PlinthError("RATE_LIMITED", undefined, limitDetails(limit));
  let response: Response;
  try {
    await requireAllowedPassword(path, request, options.passwordPolicy);
    if (path === SIGN_UP_PATH) await options.beforeSignUp(await emailIn(request), "password");
    await refuseImpersonator(auth, path, headers);
    // The flows add to the headers.
    const answer = async () => {
      const ready = await prepared(auth, options, await toLibrary(path, new Request(request, { headers })));
      const attempt = limits?.byAccount ? await countAttempt(auth, options, path, headers) : undefined;
      const answered = await auth.handler(ready);
      if (answered.ok) await attempt?.succeeded();
      return answered;
    };
    response = flows ? await flows.during(path, headers, redirect, answer) : await answer();
  } catch (error) {
    if (error instanceof SecondFactorDue) return fromLibrary(path, await answerWithChallenge(auth, headers, error));
    throw authFailureOf(error);
  }
  if (response.status >= 400) throw await (step?.refusalOf ?? authRefusalOf)(response);
  // A link that is wrong leads there.
  if (path === MAGIC_LINK_PATH && response.status === 302) throw unusableLink();
  return withLimit(await fromLibrary(path, await readable(path, response)), limit);
}

async function emailIn(request: Request): Promise<string> {
  return String(((await request.clone().json()) as { email?: unknown }).email);
}

/** The answer in the form in which callers can use it. */
async function readable(path: string, response: Response): Promise<Response> {
  if (path === AUTHENTICATION_OPTIONS_PATH) return requiringVerification(response);
  if (path === PASSKEY_SIGN_IN_PATH) return withSignedToken(await asSignIn(response));
  return response.status === 302 ? response : withSignedToken(response);
}

function withLimit(response: Response, limit: LimitState | undefined): Response {
  if (!limit) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(limitHeaders(limit))) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}

/** Counts an attempt on the account of the caller's session. better-auth refuses who has none. */
async function countAttempt(auth: BetterAuth, { attempt }: PoolOptions, path: string, headers: Headers) {
  const caller = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  return caller ? attempt?.(caller.user.id, path) : undefined;
}

/** What an operator who acts as a user may do here: look, and stop. */
const OPEN_TO_IMPERSONATORS: ReadonlySet<string> = new Set(["/get-session", "/list-sessions", "/sign-out"]);

async function refuseImpersonator(auth: BetterAuth, path: string, headers: Headers): Promise<void> {
  if (OPEN_TO_IMPERSONATORS.has(path) || !(headers.has("authorization") || headers.has("cookie"))) return;
  const caller = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  if (caller?.session.impersonatedBy) throw new PlinthError("IMPERSONATED");
}

/** A request of a sign-in by a provider. A callback never throws: its page gets the reason. */
async function answerStep(
  { oauth, ...parts }: Parts & { readonly oauth: OAuthFlows },
  request: Request,
  remoteAddress: string | undefined,
  step: OAuthStep,
): Promise<OAuthAnswer> {
  return oauth.during(step, async (id, flow) => {
    const refusalOf = async (response: Response) =>
      flow.failure instanceof PlinthError ? flow.failure : oauthRefusalOf(response, flow);
    const work = () => handle(parts, request, { remoteAddress, step: { id, refusalOf } });
    const { config, workspacePath } = parts.options;
    return answerOf(flow, { appUrl: config.appUrl, pagesUrl: config.appUrl + workspacePath }, request, work);
  });
}

async function prepared(auth: BetterAuth, options: PoolOptions, incoming: Request): Promise<Request> {
  const path = new URL(incoming.url).pathname.slice(BASE_PATH.length);
  if (path === REVOKE_PATH)
    return withStoredToken(auth, sessionCookieName(options.config, options.workspaceId), incoming);
  if (path === VERIFY_PATH) await requireUsableChange(auth, incoming);
  const request = path.startsWith("/two-factor/verify-") ? await withChallenge(auth, incoming) : incoming;
  await requireProof(auth, path, request.headers, options.stepUpMinutes);
  return request;
}

const VERIFY_PATH = "/verify-email";

async function requireUsableChange(auth: BetterAuth, { url }: Request): Promise<void> {
  const token = new URL(url).searchParams.get("token") ?? "";
  if (isChangeToken(token) && !(await useChangeToken(auth, token))) throw unusableLink();
}

/** better-auth answers with the bare token; only the signed one works as a bearer. */
async function withSignedToken(response: Response): Promise<Response> {
  const header = response.headers.get("set-auth-token");
  if (!header) return response;
  const token = normalizeSessionToken(header);
  const headers = new Headers(response.headers);
  headers.set("set-auth-token", token);
  headers.set("cache-control", "no-store");
  headers.delete("content-length");
  const body = (await response.json()) as { token?: string | null };
  if (body && typeof body === "object" && "token" in body) body.token = token;
  return new Response(JSON.stringify(body), { status: response.status, headers });
}

async function readSession(
  auth: BetterAuth,
  { cookie, lifetime }: { cookie: string; lifetime: Lifetime },
  signedToken: string,
  extend: boolean,
): Promise<VerifiedSession | null> {
  const headers = new Headers({ cookie: `${cookie}=${encodeURIComponent(signedToken)}` });
  try {
    const found = await auth.api.getSession({ headers, query: { disableRefresh: true } });
    if (!found) return null;
    const { session, user } = found;
    // The limit may have become shorter since the session was made.
    const expiresAt = lifetime.end(session.createdAt, session.expiresAt).getTime();
    if (expiresAt <= Date.now()) return null;
    const impersonator = session.impersonatedBy ?? undefined;
    if (extend && impersonator === undefined && lifetime.isDue(session, Date.now())) {
      // It may have ended meanwhile; then the next request fails.
      await auth.api.getSession({ headers }).catch(() => null);
    }
    const { id, workspaceId, email, name } = user;
    const methods = session.methods ?? null;
    return { id: session.id, userId: id, workspaceId, email, name, methods, expiresAt, impersonator };
  } catch (error) {
    // Some releases of better-auth pass the database's error on, others wrap it in their own.
    throw dataErrorOf(error) ?? new PlinthError("UNAVAILABLE", undefined, undefined, { cause: error });
  }
}

/**
 * Arguments are not logged: they may be requests, rows and parameters. Of an error only its name and kind are. Errors that a
 * caller causes (a wrong password, a foreign origin) are logged at debug level.
 */
function write(log: Log, level: string, message: string, args: unknown[]): void {
  const error = args.find((arg) => arg instanceof Error);
  if (level !== "error" || !error) {
    log.debug(`better-auth: ${message}`);
    return;
  }
  const kind = dataErrorOf(error)?.kind;
  log.error(`better-auth: ${message}`, { error: error.name, ...(kind && { kind }) });
}
