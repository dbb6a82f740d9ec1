import type { Clock, Config, JsonObject, LimitState, Log, PasswordHasher, SqlDriver, SqlQuery } from "@plinth/core";
import type { CountedAttempt, ProofAttempt } from "./attempts.ts";
import type { AuthMails, CodeAskers, PhoneCodes } from "./auth-messages.ts";
import type {
  AccountEvent,
  AccountLink,
  AddressClaim,
  CaptchaAttempt,
  PasswordAttempt,
  SignedIn,
  SignUpAmendment,
  SignUpQuestion,
  Upgrade,
} from "./auth-reports.ts";
import type { HashQueue } from "./hash-queue.ts";
import type { ProvenBrowser, RememberedBrowser } from "./known-browsers.ts";
import type { PasswordPolicy } from "./new-passwords.ts";
import type { OAuthAnswer, OAuthStep } from "./oauth/identity-provider.ts";
import type { IssuerDocuments } from "./oauth/issuer-documents.ts";

/** What a workspace decides about its accounts. */
export interface PoolSettings {
  /** Whether an address must be confirmed before its account can sign in. */
  readonly emailVerification: Config["emailVerification"];
  /** What authenticator apps show beside the account's address. */
  readonly appName: string;
  /** How long after a sign-in or a step-up sensitive acts are allowed. */
  readonly stepUpMinutes: number;
  readonly sessionIdleHours: number;
  readonly sessionMaxHours: number;
  /** What is asked of new passwords. */
  readonly passwordPolicy: PasswordPolicy;
}

/** The options with the settings as they are now. */
export type PoolOptions = Omit<AuthOptions, "settings"> & PoolSettings;

export interface AuthOptions {
  driver: SqlDriver;
  /** A drizzle database over that driver, and its tables by model. */
  database: object;
  tables: AuthTables;
  /** The workspace whose pool of accounts this is. Every row is read and written under it. */
  workspaceId: string;
  /** Where the pool's pages are, and after `/api` its API: empty, or such as `/t/…`. */
  workspacePath: string;
  config: Pick<Config, "secret" | "appUrl" | "corsOrigins" | "allowedHosts">;
  /** What the workspace has decided. It is read before each use, so it should be kept for a moment. */
  settings(): Promise<PoolSettings>;
  /** What the pool is called, which nobody may have as a password. */
  poolNames(): Promise<readonly string[]>;
  clock: Clock;
  log: Log;
  /** Absent: scrypt in JavaScript. */
  passwords?: PasswordHasher | undefined;
  /** Stores a stronger hash of a password in place of this one, if it is still stored. Absent: hashes stay as they are. */
  onRehashed?: ((hash: string, by: string) => Promise<void>) | undefined;
  /** Absent: the flows that need mail are refused. */
  mails?: AuthMails | undefined;
  /** Absent: no codes are sent to phones. */
  phones?: PhoneCodes | undefined;
  /** Absent: all requests have one asker. */
  codeAskers?: CodeAskers | undefined;
  /** Bounds the hashes at a time. Absent: each request hashes at once. */
  hashes?: HashQueue | undefined;
  /** Limits attempts to sign in or up, by address, which the host may not know. Absent: no limit. */
  limit?: ((address: string | undefined) => LimitState | Promise<LimitState>) | undefined;
  /** Counts an attempt to prove a secret before it is checked; throws if it must wait. */
  attempt?: ((attempt: ProofAttempt) => Promise<CountedAttempt>) | undefined;
  /** Counts a sign-in that will wait for a second factor; throws if the account has too many of these. */
  beforeChallenge?: ((userId: string, headers: Headers) => Promise<void>) | undefined;
  /** Throws where a challenge must be solved first, and was not. Absent: none is asked for. */
  requireCaptcha?: ((attempt: CaptchaAttempt) => Promise<void>) | undefined;
  /**
   * Throws where the program that the pool asks wants no account with this address. Whether there is one is not looked at.
   * Returns what the program amends.
   */
  beforeSignUp(newcomer: SignUpQuestion): Promise<SignUpAmendment | undefined>;
  /** Called with each password that was tried, right or wrong; throws where the attempt is refused whatever it was. */
  checkPassword(attempt: PasswordAttempt): Promise<void>;
  /**
   * Decides about a new account whose address its owner has proven, or which has none; throws where there may be none. The statements join
   * the batch in which it is made. Sign-up with a password is decided about before it comes here.
   */
  admit(email: string | null): Promise<(userId: string) => SqlQuery[]>;
  /** Throws where the pool takes no users without an account, or too many come from this address. */
  acceptAnonymous(address: string | null): Promise<void>;
  /**
   * Statements that come first in the batch in which an anonymous user gets a sign-in method of its own: they end the sessions
   * from before, as whoever has one has proven nothing. One that fails under the label `UPGRADED` refuses it.
   */
  beforeUpgrade?: ((upgrade: Upgrade) => SqlQuery[]) | undefined;
  /** Called after that batch. */
  onUpgradeStored?: (() => void) | undefined;
  /** Statements that take from an account all that somebody put there before its address was proven. */
  onAddressProven(claim: AddressClaim): SqlQuery[];
  /** Statements that join the batch in which a user is created, so that both are atomic. */
  onUserCreated?: ((userId: string) => SqlQuery[]) | undefined;
  /** Statements that join the batch in which a user is created, or its name, email or image change. `amended`: of a new account. */
  onProfileWritten?: ((userId: string, amended: JsonObject | undefined) => Promise<SqlQuery[]>) | undefined;
  /** Called after that batch. */
  onProfileStored?: (() => void) | undefined;
  /**
   * Statements that join the batch in which a user signs in. One that fails under the label `BLOCKED` refuses it, and under
   * `REPLACED` where the account's password is no longer the one with this hash, by which the user has proven to be that.
   */
  onSessionCreated?: ((userId: string, hash: string | undefined) => SqlQuery[]) | undefined;
  /**
   * The first statement of each batch that ends what was proven by a user's password so far: batches of one user wait for each
   * other here, and each then sees what the one before has stored.
   */
  inTurnOf?: ((userId: string) => SqlQuery) | undefined;
  /** Statements before the one that replaces a password, whose hash is this; one that fails as above refuses it. */
  onPasswordChanged?: ((userId: string, hash: string) => SqlQuery[]) | undefined;
  /** Statements that join the batch in which somebody has proven to be a user, and a session begins that takes no other's place. */
  onSignedIn?: ((signedIn: SignedIn) => Promise<SqlQuery[]>) | undefined;
  /** Called after that batch. */
  onSignInStored?: (() => void) | undefined;
  /** Statements that join the batch in which the browsers stop being trusted that were spared the second factor. */
  onTrustEnded?: ((userId: string) => SqlQuery[]) | undefined;
  /** Has a browser known in which somebody has proven to be a user. Undefined: it is known already. */
  rememberBrowser?: ((browser: ProvenBrowser) => Promise<RememberedBrowser | undefined>) | undefined;
  /** Statements that join the batch in which the browsers are forgotten that have signed in before. */
  onDevicesForgotten?: ((userId: string) => SqlQuery[]) | undefined;
  /** Statements that join the batch in which a password is replaced by the link of a mail. */
  onPasswordReset?: ((userId: string) => Promise<SqlQuery[]>) | undefined;
  /** Statements that join the batch of what happened. */
  onEvent?: ((event: AccountEvent) => SqlQuery[]) | undefined;
  /** Statements that join the batch in which an account at a provider is linked to a user. */
  onAccountLinked?: ((link: AccountLink) => SqlQuery[]) | undefined;
  /** Public documents of providers that are kept. */
  documents: IssuerDocuments;
  /** Called after a session was ended here; `token` is the part before the dot. */
  onSessionEnded?: ((token: string) => void) | undefined;
}

/** A user's maximum of sessions: a further one ends the least recently used. */
export const MOST_SESSIONS = 1000;

export interface AuthTables {
  user: object;
  session: object;
  account: object;
  verification: object;
  twoFactor: object;
  passkey: object;
}

export interface VerifiedSession {
  id: string;
  userId: string;
  workspaceId: string;
  /** Null: the user has none. */
  email: string | null;
  emailVerified: boolean;
  name: string;
  /** How the user proved to be the owner, separated by spaces. */
  methods: string | null;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  isAnonymous: boolean;
  /** The operator who acts as the user. */
  impersonator?: string | undefined;
}

export interface Auth {
  /**
   * Answers a request to `/api/auth/*`. Errors are thrown as `PlinthError`. The limits count `remoteAddress`, never a header
   * that claims one. `redirect` is where the links in its mails finally lead. `admit` is called before the request is tried,
   * after the limit of its address and its challenge; its errors are thrown.
   */
  handle(
    request: Request,
    remoteAddress: string | undefined,
    redirect?: string,
    admit?: () => Promise<void>,
  ): Promise<Response>;
  /**
   * Answers a request of a sign-in by a provider: `/sign-in/social` and `/link-social`, whose errors are thrown, and
   * the callback, which always leads to a page.
   */
  oauth(request: Request, remoteAddress: string | undefined, step: OAuthStep): Promise<OAuthAnswer>;
  /**
   * The session of a signed token `token.signature`, or null. `extend` prolongs one that is at least a day old: meant
   * for bearer tokens, as a cookie would have to be set again.
   */
  session(signedToken: string, options: { extend: boolean }): Promise<VerifiedSession | null>;
  /** As sign-up stores a password, where the pool allows it. `email`: of the account. */
  hashPassword(password: string, email: string): Promise<string>;
  /** A session's token as its user sends it. */
  signToken(token: string): Promise<string>;
  /** Whether what is stored of a second factor was encrypted with this secret. */
  canRead(encrypted: string): Promise<boolean>;
}

/** Sign-up, sign-in and sessions over one driver. Its library is loaded and set up at the first call, and anew for changed settings. */
export function createAuth(options: AuthOptions): Auth {
  let made: { readonly key: string; readonly auth: Promise<Auth> } | undefined;
  const load = async (): Promise<Auth> => {
    const settings = await options.settings();
    const key = JSON.stringify(settings);
    if (made?.key !== key) {
      const auth = import("./better-auth.ts").then(({ betterAuthOver }) => betterAuthOver({ ...options, ...settings }));
      made = { key, auth };
      // A failed load is retried.
      auth.catch(() => {
        if (made?.auth === auth) made = undefined;
      });
    }
    return made.auth;
  };
  return {
    handle: async (...asked) => (await load()).handle(...asked),
    oauth: async (request, remoteAddress, step) => (await load()).oauth(request, remoteAddress, step),
    session: async (signedToken, how) => (await load()).session(signedToken, how),
    hashPassword: async (password, email) => (await load()).hashPassword(password, email),
    signToken: async (token) => (await load()).signToken(token),
    canRead: async (encrypted) => (await load()).canRead(encrypted),
  };
}
