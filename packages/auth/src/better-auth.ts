/** The one module that loads better-auth; imported on first use, never before. */
import { runWithAdapter } from "@better-auth/core/context";
import { deriveKey, ImpersonatedError, type LimitState, limitDetails, limitHeaders, PlinthError } from "@plinth/core";
import { makeSignature, symmetricDecrypt } from "better-auth/crypto";
import { ADDRESS_HEADER } from "./address-header.ts";
import type { Auth, PoolOptions } from "./auth.ts";
import { authFailureOf, authRefusalOf, isReplaced, unusableLink } from "./auth-errors.ts";
import { CAPTCHA_HEADER, captchaGateOf } from "./captcha/gates.ts";
import { answerWithChallenge, withChallenge } from "./challenge.ts";
import { isChangeToken, useChangeToken } from "./change-tokens.ts";
import { isOverloaded } from "./hash-queue.ts";
import { limitsOf } from "./limited-paths.ts";
import { FLOW_HEADER, type MailFlows, mailFlows } from "./mail-flows.ts";
import { requireAllowed, requireAllowedPassword } from "./new-passwords.ts";
import { answerOf } from "./oauth/answer.ts";
import { oauthRefusalOf } from "./oauth/failures.ts";
import { OAUTH_FLOW_HEADER, type OAuthFlows, oauthFlows } from "./oauth/flow.ts";
import type { OAuthAnswer, OAuthStep } from "./oauth/identity-provider.ts";
import { readSession } from "./read-session.ts";
import { readableAnswer } from "./readable-answer.ts";
import { requireProof } from "./require-proof.ts";
import { REVOKE_PATH, withStoredToken } from "./revoke-session.ts";
import { sessionCookieName } from "./session-cookie.ts";
import { lifetimeOf } from "./session-lifetime.ts";
import { BASE_PATH, type BetterAuth, SIGN_UP_PATH, setUp } from "./set-up.ts";
import { ANONYMOUS_HEADER, requireNoAnonymousToken } from "./sign-in-methods/anonymous-caller.ts";
import { isOwnLink } from "./sign-in-methods/link-asker.ts";
import { SIGN_IN_METHODS } from "./sign-in-methods/methods.ts";
import { SecondFactorDue } from "./sign-in-methods/second-factor.ts";
import { SIGN_UP_HEADER, type SignUpForms, signUpForms } from "./sign-up-form.ts";
import { type StorageFailures, storageFailures } from "./storage-failures.ts";
import { fromLibrary, toLibrary } from "./wire.ts";

const MAGIC_LINK_PATH = "/magic-link/verify";

export async function betterAuthOver(options: PoolOptions): Promise<Auth> {
  // A pool of its own has a key of its own: what is signed for one is worth nothing in another.
  const secret = await deriveKey(options.config.secret, `sessions:${options.workspaceId}`);
  const lifetime = lifetimeOf(options);
  const flows = mailFlows(options, secret);
  const oauth = oauthFlows({ ...options, pool: options.workspaceId });
  const forms = signUpForms(options);
  const storage = storageFailures();
  const auth = setUp(options, secret, { lifetime, flows, oauth, forms, storage });
  await auth.$context;
  const cookie = sessionCookieName(options.config, options.workspaceId);
  const parts = { auth, options, secret, flows, forms, storage };
  const { adapter } = await auth.$context;
  // better-auth takes its adapter from the asynchronous context. On some hosts a connection carries the context of the
  // request that opened it, and with that the adapter of another pool.
  const inPool = async <T>(work: () => Promise<T>): Promise<T> => runWithAdapter(adapter, work);
  return {
    handle: (request, remoteAddress, redirect, admit) =>
      inPool(() => handle(parts, request, { remoteAddress, redirect, admit })),
    oauth: (request, remoteAddress, step) =>
      inPool(() => answerStep({ ...parts, oauth }, request, remoteAddress, step)),
    session: (signedToken, { extend }) => inPool(() => readSession(auth, { cookie, lifetime }, signedToken, extend)),
    async hashPassword(password, email) {
      await requireAllowed(options, { password, email });
      return (await auth.$context).password.hash(password);
    },
    signToken: async (token) => `${token}.${await makeSignature(token, secret)}`,
    canRead: async (data) =>
      symmetricDecrypt({ key: (await auth.$context).secretConfig, data }).then(
        () => true,
        () => false,
      ),
  };
}

const VERIFICATION_PATH = "/send-verification-email";

/** They do nothing but send a mail. */
const NEED_MAIL = new Set([
  "/request-password-reset",
  VERIFICATION_PATH,
  "/change-email",
  "/sign-in/magic-link",
  "/email-otp/send-verification-otp",
]);

const NEED_PHONES = new Set(["/phone-code/send", "/sign-in/phone-code", "/change-phone", "/verify-phone"]);

interface Parts {
  readonly auth: BetterAuth;
  readonly options: PoolOptions;
  /** The pool's own. */
  readonly secret: string;
  readonly flows: MailFlows | undefined;
  readonly forms: SignUpForms;
  readonly storage: StorageFailures;
}

interface RequestOrigin {
  readonly remoteAddress: string | undefined;
  readonly redirect?: string | undefined;
  readonly admit?: (() => Promise<void>) | undefined;
  /** The request of a sign-in by a provider, and what its refusals mean. */
  readonly step?: { readonly id: string; refusalOf(response: Response): Promise<PlinthError> };
}

async function handle(parts: Parts, request: Request, origin: RequestOrigin): Promise<Response> {
  const { options, flows } = parts;
  const path = new URL(request.url).pathname.slice(BASE_PATH.length);
  if (!flows && NEED_MAIL.has(path)) throw new PlinthError("MAIL_NOT_CONFIGURED");
  if (!options.phones && NEED_PHONES.has(path)) throw new PlinthError("SMS_NOT_CONFIGURED");
  const limit = limitsOf(path)?.byAddress ? await options.limit?.(origin.remoteAddress) : undefined;
  if (!limit) return answered(parts, path, request, origin);
  if (!limit.allowed) throw new PlinthError("RATE_LIMITED", undefined, limitDetails(limit));
  const response = await answered(parts, path, request, origin).catch((error: unknown) => {
    if (error instanceof PlinthError) error.limit = limit;
    throw error;
  });
  return withLimit(response, limit);
}

async function answered(
  { auth, options, secret, flows, forms, storage }: Parts,
  path: string,
  request: Request,
  { remoteAddress, redirect, admit, step }: RequestOrigin,
): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.delete(ADDRESS_HEADER);
  headers.delete(FLOW_HEADER);
  headers.delete(OAUTH_FLOW_HEADER);
  headers.delete(ANONYMOUS_HEADER);
  headers.delete(SIGN_UP_HEADER);
  if (step) headers.set(OAUTH_FLOW_HEADER, step.id);
  if (remoteAddress) headers.set(ADDRESS_HEADER, remoteAddress);
  // Programs send no Origin and are safe; better-auth requires one beside a cookie.
  if (!headers.has("origin") && !headers.has("referer")) headers.set("origin", options.config.appUrl);
  let response: Response;
  try {
    await requireAllowedPassword(auth, path, request, options);
    await requireChallenge(auth, options, path, headers, remoteAddress);
    const handled = (sent: Request): Promise<Response> =>
      auth.handler(sent).catch((error: unknown) => {
        if (error instanceof SecondFactorDue) return answerWithChallenge(auth, options, headers, error);
        throw error;
      });
    const answer = async (incoming: Request) => {
      // In even time, where that must not tell anything.
      await admit?.();
      const ready = await prepared(auth, options, await toLibrary(path, incoming));
      const attempt = await countAttempt(auth, options, { path, headers, ready });
      const again = ready.clone();
      const tried = await handled(ready)
        // Another request may have replaced the hash by a stronger one of the same password. After a new password, it is wrong.
        .catch((error: unknown) => (isReplaced(error) ? handled(again) : Promise.reject(error)))
        .catch(async (error: unknown) => {
          if (isOverloaded(error)) await attempt?.notTried();
          throw error;
        });
      if (tried.ok) await attempt?.succeeded();
      return tried;
    };
    const respond = async (asked: Request): Promise<Response> => {
      await readCaller({ auth, options, secret }, path, request.url, headers);
      // The flows add to the headers.
      const surely = () => storage.during(new Request(asked, { headers }), answer);
      return flows ? flows.during(path, headers, redirect, surely) : surely();
    };
    const address = remoteAddress ?? null;
    response = await (path === SIGN_UP_PATH ? forms.during({ request, headers, address }, respond) : respond(request));
  } catch (error) {
    throw authFailureOf(error);
  }
  if (response.status >= 400) throw await (step?.refusalOf ?? authRefusalOf)(response);
  // A link that is wrong leads there.
  if (path === MAGIC_LINK_PATH && response.status === 302) throw unusableLink();
  return fromLibrary(path, await readableAnswer(path, response));
}

function withLimit(response: Response, limit: LimitState): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(limitHeaders(limit))) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}

/** Only callers who are not signed in need a challenge. */
async function requireChallenge(
  auth: BetterAuth,
  options: PoolOptions,
  path: string,
  headers: Headers,
  address: string | undefined,
): Promise<void> {
  const gate = captchaGateOf(path);
  if (!gate || !options.requireCaptcha) return;
  if (path === VERIFICATION_PATH && (await auth.api.getSession({ headers, query: { disableRefresh: true } }))) return;
  await options.requireCaptcha({ gate, token: headers.get(CAPTCHA_HEADER), address });
}

/** Counts an attempt on the account of the caller's session or challenge. better-auth refuses callers without either. */
async function countAttempt(
  auth: BetterAuth,
  { attempt }: PoolOptions,
  { path, headers, ready }: { path: string; headers: Headers; ready: Request },
) {
  const by = limitsOf(path)?.byAccount;
  if (!by || !attempt) return undefined;
  // A code without a challenge confirms a new second factor, whose secret the user has just received.
  const userId =
    by === "challenge"
      ? await auth.api.challengedUser({ headers: ready.headers })
      : (await auth.api.getSession({ headers: ready.headers, query: { disableRefresh: true } }))?.user.id;
  return userId ? attempt({ userId, path, headers }) : undefined;
}

const SECOND_FACTOR_PATH = "/two-factor/enable";

/**
 * The first steps of adding a phone number or a passkey, which makes an account of an anonymous user. They are refused where sign-up is
 * not allowed, before a message is sent or a key is made.
 */
const ADMITTED_FIRST: ReadonlySet<string> = new Set(["/change-phone", "/passkey/generate-register-options"]);

/** What an operator who acts as a user may do here: look, and stop. */
const OPEN_TO_IMPERSONATORS: ReadonlySet<string> = new Set(["/get-session", "/list-sessions", "/sign-out"]);

/** Refuses who acts as somebody else, and notes an anonymous user: a new account is that user's. */
async function readCaller(
  { auth, options, secret }: Pick<Parts, "auth" | "options" | "secret">,
  path: string,
  url: string,
  headers: Headers,
): Promise<void> {
  if (OPEN_TO_IMPERSONATORS.has(path) || !(headers.has("authorization") || headers.has("cookie"))) return;
  if (SIGN_IN_METHODS[path]) requireNoAnonymousToken(headers);
  const caller = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  const impersonator = caller?.session.impersonatedBy;
  if (impersonator) throw new ImpersonatedError(impersonator);
  if (!caller?.user.isAnonymous) return;
  if (path === SIGN_UP_PATH && options.emailVerification === "required") {
    // The answer must not reveal whether an account has the address.
    throw new PlinthError(
      "EMAIL_NOT_VERIFIED",
      "Prove the address first: sign in by a code or a link in a mail to it.",
    );
  }
  if (path === SECOND_FACTOR_PATH) {
    throw new PlinthError("CONFLICT", "An anonymous user has no first factor. Make an account, then add a second one.");
  }
  if (ADMITTED_FIRST.has(path)) await options.admit(null);
  if (path === MAGIC_LINK_PATH && !(await isOwnLink(await auth.$context, { secret, url, userId: caller.user.id })))
    return;
  headers.set(ANONYMOUS_HEADER, caller.user.id);
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
