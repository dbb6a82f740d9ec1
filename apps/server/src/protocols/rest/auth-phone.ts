import { phoneNumber, removePhone, signInByProof } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { account, CAPTCHA_ERRORS, entering, gated, newcomers, trustedOrigin, upgraded } from "./auth.ts";
import { authAnswer, forward, poolRequestOf, withBackgroundWork } from "./auth-answer.ts";
import { newName } from "./auth-email.ts";
import { wantsTokens, withTokens } from "./tokens.ts";

const code = z.string().min(4).max(20);
const refusals = ["SMS_NOT_CONFIGURED", "PHONE_NOT_ALLOWED", "ORIGIN_FORBIDDEN", "RATE_LIMITED"] as const;
const asked = {
  ...account,
  guard: trustedOrigin,
  body: z.strictObject({ phone: phoneNumber }),
  response: () => object({ status: FLAG }),
} as const;

/** `/api/auth`: sign-in by a code in a text message, and the number to which it is sent. */
export const authPhoneRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/phone-code/send", {
    ...asked,
    ...gated,
    id: "sendPhoneCode",
    summary: "Send a text message with a code that signs in",
    access: "anyone",
    errors: [...refusals, ...CAPTCHA_ERRORS],
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/sign-in/phone-code", {
    ...entering,
    id: "signInByPhoneCode",
    summary: "Sign in by the code of a text message, or make an account",
    body: z.strictObject({ phone: phoneNumber, code, name: newName, tokens: wantsTokens }),
    errors: [...refusals, ...upgraded, "INVALID_CODE", "USER_BLOCKED", "ANONYMOUS_SESSION"],
    handle: (c, { body: { tokens, ...body } }) =>
      withBackgroundWork(c, async () => {
        const attempt = { ...(await poolRequestOf(c)), detail: { method: "phone_code" } };
        return withTokens(c, await signInByProof(c.env.engine, c.env.driver, forward(c, body), attempt), tokens);
      }),
  }),
  defineRoute("POST /api/auth/change-phone", {
    ...asked,
    id: "changePhone",
    summary: "Send a code to the phone whose number your account is to have",
    access: "account",
    errors: [...refusals, ...newcomers, "STEP_UP_REQUIRED"],
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/verify-phone", {
    ...account,
    id: "verifyPhone",
    summary: "Set the number of your phone by the code that was sent to it",
    access: "account",
    guard: trustedOrigin,
    body: z.strictObject({ phone: phoneNumber, code }),
    response: () => object({ status: FLAG, phone: TEXT }),
    errors: [...refusals, ...upgraded, "INVALID_CODE", "UNIQUE_VIOLATION"],
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("DELETE /api/me/phone", {
    id: "removePhone",
    tag: "Accounts",
    summary: "Remove the number of your phone, unless it is your last sign-in method",
    access: "user",
    fresh: true,
    response: () => object({ phone: { type: "null" } }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: removePhone,
  }),
];
