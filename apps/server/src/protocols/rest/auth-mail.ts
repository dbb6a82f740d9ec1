import { emailAddress, newPassword, requireAllowedDomain } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, object, open } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { account, CAPTCHA_ERRORS, gated, trustedOrigin, upgraded } from "./auth.ts";
import { authAnswer, byToken, forward, poolRequestOf } from "./auth-answer.ts";

export const page = z
  .string()
  .max(2000)
  .optional()
  .describe("Where the mail's link leads: a path of this server, or one of the addresses in REDIRECT_URLS");
export const token = z.string().min(1, "must not be empty").max(4000);
export const mailed = {
  ...account,
  guard: trustedOrigin,
  response: () => open(object({ status: FLAG })),
  errors: ["ORIGIN_FORBIDDEN", "MAIL_NOT_CONFIGURED", "RATE_LIMITED"],
} as const;

/** `/api/auth`: what goes by mail. The answers are the same whether an account exists or not. */
export const authMailRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/send-verification-email", {
    ...mailed,
    ...gated,
    id: "sendVerificationEmail",
    summary: "Send the mail again that confirms an address",
    access: "anyone",
    body: z.strictObject({ email: emailAddress, callback_url: page }),
    errors: [...mailed.errors, ...CAPTCHA_ERRORS, "CONFLICT"],
    handle: (c, { body: { callback_url: callbackUrl, ...body } }) =>
      authAnswer(c, forward(c, body), { field: "callback_url", page: callbackUrl }),
  }),
  defineRoute("POST /api/auth/verify-email", {
    ...mailed,
    id: "verifyEmail",
    summary: "Confirm an address by the token of a mail",
    access: "anyone",
    body: z.strictObject({ token, callback_url: page }),
    errors: [...upgraded, "ORIGIN_FORBIDDEN"],
    async handle(c, { body }) {
      const requested = { field: "callback_url", page: body.callback_url };
      await (await authAnswer(c, byToken(c, body.token), requested)).body?.cancel();
      return c.json({ status: true });
    },
  }),
  defineRoute("POST /api/auth/request-password-reset", {
    ...mailed,
    ...gated,
    id: "requestPasswordReset",
    summary: "Send a mail with a link to choose a new password",
    access: "anyone",
    errors: [...mailed.errors, ...CAPTCHA_ERRORS],
    body: z.strictObject({ email: emailAddress, callback_url: page }),
    handle: (c, { body: { callback_url: callbackUrl, ...body } }) =>
      authAnswer(c, forward(c, body), { field: "callback_url", page: callbackUrl }),
  }),
  defineRoute("POST /api/auth/reset-password", {
    ...mailed,
    id: "resetPassword",
    summary: "Choose a new password by the token of a mail",
    access: "anyone",
    body: z.strictObject({ token, new_password: newPassword }),
    errors: ["ORIGIN_FORBIDDEN", "PASSWORD_TOO_COMMON", "RATE_LIMITED"],
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/change-email", {
    ...mailed,
    id: "changeEmail",
    summary: "Change your address, once the mails to it are answered",
    access: "account",
    errors: [...mailed.errors, "EMAIL_NOT_ALLOWED", "STEP_UP_REQUIRED"],
    body: z.strictObject({ new_email: emailAddress, callback_url: page }),
    handle: async (c, { body: { callback_url: callbackUrl, ...body } }) => {
      const { workspaceId } = await poolRequestOf(c);
      const asked = { field: "new_email", address: body.new_email, isProven: false };
      await requireAllowedDomain(c.env.engine, c.env.driver, workspaceId, asked);
      return authAnswer(c, forward(c, body), { field: "callback_url", page: callbackUrl });
    },
  }),
];
