import {
  CAPTCHA_HEADER,
  changePassword,
  emailAddress,
  imageUrl,
  newPassword,
  plainText,
  revokeOtherSessions,
  signIn,
  signUp,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  open,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import { requireTrustedOrigin } from "../../http/origin.ts";
import type { Route } from "../../http/route.ts";
import { authAnswer, forward, poolRequestOf, redirectIn, withBackgroundWork } from "./auth-answer.ts";
import { tokens, wantsTokens, withTokens } from "./tokens.ts";

const password = z.string().max(1000);
const remember = { callback_url: z.string().optional(), remember_me: z.boolean().optional() };
const nothing = z.strictObject({});

export const user = (): JsonSchema =>
  object({
    id: UUID,
    email: nullable(TEXT),
    name: TEXT,
    email_verified: FLAG,
    "image?": nullable(TEXT),
    "two_factor_enabled?": nullable(FLAG),
    "is_anonymous?": nullable(FLAG),
    created_at: INSTANT,
    updated_at: INSTANT,
  });
const session = (): JsonSchema =>
  open(object({ id: UUID, user_id: UUID, expires_at: INSTANT, created_at: INSTANT, updated_at: INSTANT }));

/** They run before the caller is resolved: a user who signs in may still send an expired token. */
export const account = { tag: "Accounts", needs: "database", query: nothing } as const;
/** Also without a cookie: a foreign page must not sign its visitor in or up either. */
export const trustedOrigin = requireTrustedOrigin;
export const signedIn = (): JsonSchema => object({ token: nullable(TEXT), user: user(), "tokens?": tokens() });
/** Where the account has a second factor: no session yet. */
const challenged = (): JsonSchema =>
  object({ two_factor_redirect: { const: true }, two_factor_methods: listOf(TEXT), challenge: TEXT });
export const entering = {
  ...account,
  access: "anyone",
  guard: trustedOrigin,
  response: () => ({ anyOf: [signedIn(), challenged()] }),
  responseHeaders: ["set-auth-token"],
} as const;

/** What a stranger's request may need that a program could send. */
export const gated = {
  parameters: () => [{ name: CAPTCHA_HEADER, in: "header", schema: TEXT }] as const,
} as const;
/** What the workspace says of a new account. */
export const newcomers = [
  "SIGN_UP_CLOSED",
  "INVITATION_REQUIRED",
  "INVALID_INVITATION",
  "EMAIL_NOT_ALLOWED",
  "SIGN_UP_REFUSED",
] as const;
/** The same to an anonymous user, and where it has made another account at the same time. */
export const upgraded = [...newcomers, "CONFLICT"] as const;
export const CAPTCHA_ERRORS = ["CAPTCHA_FAILED", "CAPTCHA_UNAVAILABLE"] as const;

/** `/api/auth`: accounts and sessions, answered by better-auth. */
export const authRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/sign-up/email", {
    ...entering,
    ...gated,
    id: "signUp",
    summary: "Make an account and sign in",
    body: z.strictObject({
      name: plainText(1, 200),
      email: emailAddress,
      password: newPassword,
      image: imageUrl.optional(),
      setup_token: z
        .string()
        .max(200)
        .optional()
        .describe("From the setup link, or empty on the server's own machine: to become the operator, or no account"),
      invitation: z.string().max(200).optional().describe("The token of an invitation for this address"),
      terms_version: z
        .string()
        .max(40)
        .optional()
        .describe("The version of the workspace's terms to which the user has agreed"),
      ...remember,
      tokens: wantsTokens,
    }),
    errors: [
      "SETUP_REQUIRED",
      ...upgraded,
      "EMAIL_NOT_VERIFIED",
      "STEP_UP_REQUIRED",
      ...CAPTCHA_ERRORS,
      "PASSWORD_TOO_COMMON",
      "ORIGIN_FORBIDDEN",
      "UNIQUE_VIOLATION",
      "RATE_LIMITED",
    ],
    handle(c, { body: given }) {
      const { setup_token: setupToken, invitation, callback_url: callbackUrl, tokens: wanted, ...rest } = given;
      const { terms_version: termsVersion, ...body } = rest;
      const token = c.req.raw.headers.get("x-plinth-setup-token") ?? setupToken;
      return withBackgroundWork(c, async () => {
        const incoming = await poolRequestOf(c);
        const redirect = await redirectIn(c, incoming.workspaceId, { field: "callback_url", page: callbackUrl });
        const attempt = { ...incoming, token, invitation, redirect, termsVersion, email: body.email };
        return withTokens(c, await signUp(c.env.engine, c.env.driver, forward(c, body), attempt), wanted);
      });
    },
  }),
  defineRoute("POST /api/auth/sign-in/email", {
    ...entering,
    ...gated,
    id: "signIn",
    summary: "Sign in",
    body: z.strictObject({ email: emailAddress, password, ...remember, tokens: wantsTokens }),
    errors: [
      "INVALID_CREDENTIALS",
      "ATTEMPT_REFUSED",
      ...CAPTCHA_ERRORS,
      "USER_BLOCKED",
      "EMAIL_NOT_VERIFIED",
      "ANONYMOUS_SESSION",
      "STEP_UP_REQUIRED",
      "ORIGIN_FORBIDDEN",
      "RATE_LIMITED",
    ],
    handle(c, { body: { tokens: wanted, callback_url: callbackUrl, ...body } }) {
      return withBackgroundWork(c, async () => {
        const incoming = await poolRequestOf(c);
        const redirect = await redirectIn(c, incoming.workspaceId, { field: "callback_url", page: callbackUrl });
        const attempt = { ...incoming, redirect, email: body.email };
        return withTokens(c, await signIn(c.env.engine, c.env.driver, forward(c, body), attempt), wanted);
      });
    },
  }),
  defineRoute("GET /api/auth/get-session", {
    ...account,
    id: "getSession",
    summary: "The session and its user, or null",
    access: "caller",
    query: z.strictObject({ disable_cookie_cache: z.string().optional(), disable_refresh: z.string().optional() }),
    response: () => nullable(object({ session: session(), user: user() })),
    handle: (c) => authAnswer(c, c.req.raw),
  }),
  defineRoute("GET /api/auth/list-sessions", {
    ...account,
    id: "listSessions",
    summary: "Your sessions",
    access: "account",
    response: () => listOf(session()),
    handle: (c) => authAnswer(c, c.req.raw),
  }),
  change("signOut", "sign-out", "End this session", nothing, { access: "caller" }),
  defineRoute("POST /api/auth/change-password", {
    ...account,
    id: "changePassword",
    summary: "Change the password",
    access: "account",
    guard: trustedOrigin,
    body: z.strictObject({
      current_password: password,
      new_password: newPassword,
      revoke_other_sessions: z
        .boolean()
        .default(true)
        .describe("Ends all your sessions and answers with the token of a new one; false keeps them"),
    }),
    response: signedIn,
    responseHeaders: ["set-auth-token"],
    errors: [
      "INVALID_CREDENTIALS",
      "ATTEMPT_REFUSED",
      "PASSWORD_TOO_COMMON",
      "STEP_UP_REQUIRED",
      "USER_BLOCKED",
      "ORIGIN_FORBIDDEN",
      "RATE_LIMITED",
    ],
    async handle(c, { body }) {
      return changePassword(c.env.engine, c.env.driver, forward(c, body), await poolRequestOf(c));
    },
  }),
  change(
    "revokeSession",
    "revoke-session",
    "End one of your sessions",
    z.strictObject({ token: z.string().max(200) }),
    { errors: ["NOT_FOUND"] },
  ),
  change("revokeSessions", "revoke-sessions", "End all your sessions", nothing),
  defineRoute("POST /api/auth/revoke-other-sessions", {
    tag: "Accounts",
    access: "account",
    id: "revokeOtherSessions",
    summary: "End all your sessions except this one",
    guard: trustedOrigin,
    body: nothing,
    bodyOptional: true,
    response: () => object({ status: FLAG }),
    errors: ["ORIGIN_FORBIDDEN"],
    async handle(c) {
      await revokeOtherSessions(c.env.ctx);
      return json(c, { status: true });
    },
  }),
  change(
    "updateUser",
    "update-user",
    "Change your name or image",
    z.strictObject({ name: plainText(1, 200).optional(), image: imageUrl.nullable().optional() }),
  ),
];

/** What a signed-in user can do with the account; an empty body may be omitted. */
function change(
  id: string,
  name: string,
  summary: string,
  body: z.ZodObject,
  { access = "account", errors = [] }: { access?: "account" | "caller"; errors?: readonly "NOT_FOUND"[] } = {},
): Route {
  return defineRoute(`POST /api/auth/${name}`, {
    ...account,
    id,
    summary,
    access,
    guard: trustedOrigin,
    body,
    bodyOptional: true,
    response: () => ANY_OBJECT,
    errors: ["ORIGIN_FORBIDDEN", ...errors],
    handle: (c, input) => authAnswer(c, forward(c, input.body)),
  });
}
