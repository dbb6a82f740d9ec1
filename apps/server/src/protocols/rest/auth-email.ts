import { emailAddress, plainText, signInByProof } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, object, open } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { CAPTCHA_ERRORS, entering, gated, trustedOrigin, upgraded } from "./auth.ts";
import { authAnswer, byToken, forward, poolRequestOf, withBackgroundWork } from "./auth-answer.ts";
import { mailed, page, token } from "./auth-mail.ts";
import { wantsTokens, withTokens } from "./tokens.ts";

export const newName = plainText(1, 200).optional().describe("Of a new account");

/** `/api/auth`: sign-in by a link or a code in a mail. Asking is answered alike whether an account exists or not. */
export const authEmailRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/sign-in/magic-link", {
    ...mailed,
    ...gated,
    id: "sendMagicLink",
    summary: "Send a mail with a link that signs in, or makes an account",
    access: "anyone",
    errors: [...mailed.errors, ...CAPTCHA_ERRORS],
    body: z.strictObject({ email: emailAddress, name: newName, callback_url: page }),
    handle: (c, { body: { callback_url: callbackUrl, ...body } }) =>
      authAnswer(c, forward(c, body), { field: "callback_url", page: callbackUrl }),
  }),
  defineRoute("POST /api/auth/magic-link/verify", {
    ...entering,
    id: "signInByMagicLink",
    summary: "Sign in by the token of a mail's link",
    body: z.strictObject({
      token,
      tokens: wantsTokens,
      replace_session: z
        .boolean()
        .default(false)
        .describe(
          "With the session of an anonymous user: signs in to the link's account, and does not change that user",
        ),
    }),
    errors: [...upgraded, "USER_BLOCKED", "ANONYMOUS_SESSION", "ORIGIN_FORBIDDEN", "RATE_LIMITED"],
    handle: (c, { body }) =>
      withBackgroundWork(c, async () => {
        const { engine, driver } = c.env;
        const request = byToken(c, body.token, { replace_session: String(body.replace_session) });
        const answer = await signInByProof(engine, driver, request, await poolRequestOf(c));
        return withTokens(c, answer, body.tokens);
      }),
  }),
  defineRoute("POST /api/auth/email-otp/send-verification-otp", {
    ...mailed,
    ...gated,
    id: "sendEmailCode",
    summary: "Send a mail with a code that signs in, or makes an account",
    access: "anyone",
    errors: [...mailed.errors, ...CAPTCHA_ERRORS],
    body: z.strictObject({ email: emailAddress, type: z.literal("sign-in").default("sign-in") }),
    response: () => open(object({ success: FLAG })),
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/sign-in/email-otp", {
    ...entering,
    id: "signInByEmailCode",
    summary: "Sign in by the code of a mail",
    guard: trustedOrigin,
    body: z.strictObject({ email: emailAddress, otp: z.string().min(4).max(20), name: newName, tokens: wantsTokens }),
    errors: [...upgraded, "INVALID_CODE", "USER_BLOCKED", "ANONYMOUS_SESSION", "ORIGIN_FORBIDDEN", "RATE_LIMITED"],
    handle: (c, { body: { tokens, ...body } }) =>
      withBackgroundWork(c, async () => {
        const attempt = { ...(await poolRequestOf(c)), email: body.email };
        return withTokens(c, await signInByProof(c.env.engine, c.env.driver, forward(c, body), attempt), tokens);
      }),
  }),
];
