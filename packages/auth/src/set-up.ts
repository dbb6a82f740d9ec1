/** better-auth as one pool of accounts uses it. */
import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import { drizzleAdapter } from "@better-auth/drizzle-adapter";
import { addressIn, dataErrorOf, isSecure, type Log, trustedOrigins, uuidv7 } from "@plinth/core";
import { betterAuth } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { ADDRESS_HEADER } from "./address-header.ts";
import { MOST_SESSIONS, type PoolOptions } from "./auth.ts";
import type { PasswordAttempt } from "./auth-reports.ts";
import { boundedHasher } from "./bounded-hasher.ts";
import { decidedHasher } from "./decided-hasher.ts";
import type { HashOwner } from "./hash-queue.ts";
import { joinedStatements } from "./joined-statements.ts";
import { type MailFlows, RESET_SECONDS, VERIFY_SECONDS } from "./mail-flows.ts";
import type { OAuthFlows } from "./oauth/flow.ts";
import { poolAdapter } from "./pool-adapter.ts";
import { cookiePrefix } from "./session-cookie.ts";
import type { Lifetime } from "./session-lifetime.ts";
import { anonymousMethod } from "./sign-in-methods/anonymous.ts";
import { anonymousCaller } from "./sign-in-methods/anonymous-caller.ts";
import { emailMethods } from "./sign-in-methods/email.ts";
import { passkeyMethod } from "./sign-in-methods/passkey.ts";
import { phoneMethods } from "./sign-in-methods/phone.ts";
import { admitSession, secondFactor, secondFactorChallenges } from "./sign-in-methods/second-factor.ts";
import { stepUp } from "./sign-in-methods/step-up.ts";
import { signUpDoor } from "./sign-up-door.ts";
import type { SignUpForms } from "./sign-up-form.ts";
import type { StorageFailures } from "./storage-failures.ts";
import type { Whereabouts } from "./whereabouts.ts";
import { batchingDatabase } from "./write-batch.ts";

/** Below it are its paths. */
export const BASE_PATH = "/api/auth";
export const SIGN_UP_PATH = "/sign-up/email";
const SIGN_IN_PATH = "/sign-in/email";

export type BetterAuth = ReturnType<typeof setUp>;

/** Set by `impersonate` alone. */
const IMPERSONATION = { impersonatedBy: { type: "string", required: false, input: false } } as const;

interface SetUpParts {
  readonly lifetime: Lifetime;
  readonly flows: MailFlows | undefined;
  readonly oauth: OAuthFlows;
  readonly forms: SignUpForms;
  readonly storage: StorageFailures;
}

export function setUp(options: PoolOptions, secret: string, { lifetime, flows, oauth, forms, storage }: SetUpParts) {
  const { config, tables, workspaceId, passwords } = options;
  const row = { additionalFields: { workspaceId: ownField(workspaceId, false) } };
  const door = signUpDoor(options);
  const { admit, admitted } = door;
  const profileOf = (request: object) =>
    oauth.current()?.profile ?? door.profileOf(request) ?? forms.profileOf(tryGetCurrentAuthEndpointContext()?.headers);
  /** The stored hash that the request's password has matched. */
  const proofs = new WeakMap<object, string>();
  const proofOf = (request: object) => proofs.get(request);
  const requestOf = { whereabouts, admitted, profileOf, proofOf, welcome: flows?.welcome, oauth: oauth.current };
  const joined = joinedStatements(options, requestOf);
  const anonymousUser = () => anonymousCaller(oauth.current());
  const database = batchingDatabase(options.driver, options.database, joined) as Record<string, unknown>;
  const adapter = drizzleAdapter(database, { provider: "sqlite", schema: { ...tables }, transaction: true });
  return betterAuth({
    appName: "Plinth",
    baseURL: config.appUrl,
    basePath: BASE_PATH,
    // Both forms: the second overrides an environment variable that happens to be set.
    secret,
    secrets: [{ version: 1, value: secret }],
    database: (given) => storage.watching(poolAdapter(adapter(given), workspaceId, { anonymousUser, admit })),
    // better-auth also asks without a request, when it starts.
    trustedOrigins: (request) => trustedOrigins(config, request?.url ?? config.appUrl),
    emailAndPassword: {
      enabled: true,
      password: decidedHasher(
        boundedHasher({
          hasher: passwords,
          queue: options.hashes,
          log: options.log,
          owner: () => hashOwner(workspaceId),
          replace: options.onRehashed,
          onVerified: (hash) => proofs.set(whereabouts().request, hash),
        }),
        (valid) => options.checkPassword({ ...passwordOwner(), valid }),
        () => whereabouts().path === SIGN_IN_PATH,
      ),
      requireEmailVerification: options.emailVerification === "required",
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      // Anyone who knew the old password may have a session.
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
      additionalFields: { workspaceId: ownField(workspaceId, true), ...PHONE, ...ANONYMOUS },
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
        // `takeOver` makes an unverified account the one of the owner of its address.
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
          before: async ({ email, name }, context) => {
            if (!context || context.path === SIGN_UP_PATH || oauth.current()) return undefined;
            return { data: await admit(addressIn(email), name) };
          },
        },
        update: {
          // The link in a mail proves the owner of the new address.
          before: async ({ email }, context) =>
            email && context?.path === "/verify-email" ? { data: { emailVerified: true } } : undefined,
        },
      },
      session: {
        create: {
          before: async ({ userId }, context) => ({
            data: await admitSession(userId, context, {
              anonymousUser: anonymousUser(),
              proof: proofOf(whereabouts().request),
            }),
          }),
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
      ...emailMethods(flows, options, secret),
      ...phoneMethods(options, secret),
      anonymousMethod(options),
      passkeyMethod(workspaceId, config),
      secondFactor(workspaceId, options.appName),
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
      database: {
        generateId: () => uuidv7(options.clock.now()),
        validateSchema: false,
        // It lists rows of one user, and no user has more than this: nothing is left out.
        defaultFindManyLimit: MOST_SESSIONS,
      },
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
    sessionId: context?.context.session?.session.id,
    request: context ?? {},
    cookies: context?.headers?.get("cookie") ?? null,
    setCookie: ({ name, value, seconds }) => {
      const { attributes } = context!.context.createAuthCookie("device", { maxAge: seconds });
      context!.setCookie?.(name, value, attributes);
    },
  };
}

/** Whose password the request names, or the user's who is signed in. */
function hashOwner(pool: string): HashOwner {
  const { address, signedIn } = whereabouts();
  const account = emailInBody()?.toLowerCase() ?? signedIn;
  return { account: account && `${pool} ${account}`, address: address ?? undefined };
}

function passwordOwner(): Omit<PasswordAttempt, "valid"> {
  const { address, path, signedIn } = whereabouts();
  if (path === SIGN_IN_PATH) return { email: emailInBody(), userId: undefined, purpose: "sign_in", address };
  return { email: undefined, userId: signedIn, purpose: "confirmation", address };
}

function emailInBody(): string | undefined {
  const email = (tryGetCurrentAuthEndpointContext()?.body as { email?: unknown } | undefined)?.email;
  return typeof email === "string" ? email : undefined;
}

/** What a session says about how it began. */
const PROOF = {
  methods: { type: "string", required: false, input: false },
  authenticatedAt: { type: "number", required: false, input: false },
} as const;

/** Set by `phoneMethods` alone. */
const PHONE = { phone: { type: "string", required: false, input: false, returned: false } } as const;

/** Set by `anonymousMethod`, and taken away with the first sign-in method of the user's own. */
const ANONYMOUS = { isAnonymous: { type: "boolean", required: false, input: false, defaultValue: false } } as const;

/** A column that callers can neither set nor change. */
function ownField(value: string, returned: boolean) {
  return { type: "string", required: true, input: false, returned, defaultValue: value } as const;
}

/**
 * Arguments are not logged: they may be requests, rows and parameters. Of an error only its name is. Errors that a
 * caller causes (a wrong password, a foreign origin) are logged at debug level, as are those of the database: they fail the
 * request, which logs them.
 */
function write(log: Log, level: string, message: string, args: unknown[]): void {
  const error = args.find((arg) => arg instanceof Error);
  if (level !== "error" || !error || dataErrorOf(error)) log.debug(`better-auth: ${message}`);
  else log.error(`better-auth: ${message}`, { error: error.name });
}
