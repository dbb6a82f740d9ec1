import { emailAddress, plainText, signInByProof } from "@plinth/engine";
import type { Context } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, object, open } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { account, entering, trustedOrigin } from "./auth.ts";
import { authAnswer, forward, leadOn, poolRequestOf, redirectIn, withBackgroundWork } from "./auth-answer.ts";
import { mailed, page, token } from "./auth-mail.ts";
import { wantsTokens, withTokens } from "./tokens.ts";

const name = plainText(1, 200).optional().describe("Of a new account");
const newcomers = ["SIGN_UP_CLOSED", "INVITATION_REQUIRED", "INVALID_INVITATION", "EMAIL_NOT_ALLOWED"] as const;

/** `/api/auth`: sign-in by a link or a code in a mail. Asking is answered alike whether an account exists or not. */
export const authEmailRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/sign-in/magic-link", {
    ...mailed,
    id: "sendMagicLink",
    summary: "Send a mail with a link that signs in, or makes an account",
    access: "anyone",
    body: z.strictObject({ email: emailAddress, name, callbackURL: page }),
    handle: (c, { body: { callbackURL, ...body } }) =>
      authAnswer(c, forward(c, body), redirectIn(c, "callbackURL", callbackURL)),
  }),
  defineRoute("GET /api/auth/magic-link/verify", {
    ...account,
    id: "signInByMagicLink",
    summary: "Sign in by the link of a mail",
    access: "anyone",
    query: z.strictObject({ token, callbackURL: page }),
    response: () => ({ anyOf: [open(entering.response()), open(object({}))] }),
    responseHeaders: ["set-auth-token"],
    errors: [...newcomers, "USER_BLOCKED", "RATE_LIMITED"],
    handle(c, { query }) {
      const redirect = redirectIn(c, "callbackURL", query.callbackURL);
      return leadOn(c, redirect, () => authAnswer(c, linkRequest(c, query.token)));
    },
  }),
  defineRoute("POST /api/auth/email-otp/send-verification-otp", {
    ...mailed,
    id: "sendEmailCode",
    summary: "Send a mail with a code that signs in, or makes an account",
    access: "anyone",
    body: z.strictObject({ email: emailAddress, type: z.literal("sign-in").default("sign-in") }),
    response: () => open(object({ success: FLAG })),
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/sign-in/email-otp", {
    ...entering,
    id: "signInByEmailCode",
    summary: "Sign in by the code of a mail",
    guard: trustedOrigin,
    body: z.strictObject({ email: emailAddress, otp: z.string().min(4).max(20), name, tokens: wantsTokens }),
    errors: [...newcomers, "INVALID_CODE", "USER_BLOCKED", "ORIGIN_FORBIDDEN", "RATE_LIMITED"],
    handle: (c, { body: { tokens, ...body } }) =>
      withBackgroundWork(c, async () => {
        const attempt = { ...(await poolRequestOf(c)), email: body.email };
        return withTokens(c, await signInByProof(c.env.engine, c.env.driver, forward(c, body), attempt), tokens);
      }),
  }),
];

function linkRequest(c: Context<AppEnv>, linkToken: string): Request {
  const url = new URL(c.req.url);
  url.search = String(new URLSearchParams({ token: linkToken }));
  return new Request(url, { headers: c.req.raw.headers });
}
