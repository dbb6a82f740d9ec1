import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import type { Route } from "../../http/route.ts";
import { CAPTCHA_ERRORS, entering, gated, newcomers, signedIn } from "./auth.ts";
import { authAnswer, forward, withBackgroundWork } from "./auth-answer.ts";
import { newName } from "./auth-email.ts";
import { wantsTokens, withTokens } from "./tokens.ts";

/** `/api/auth`: users without an account, who may make one later. */
export const authAnonymousRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/sign-in/anonymous", {
    ...entering,
    ...gated,
    id: "signInAnonymously",
    summary: "Become a user without an account, and keep the user when you make one",
    body: z.strictObject({ name: newName, tokens: wantsTokens }),
    bodyOptional: true,
    response: signedIn,
    errors: [
      "SETUP_REQUIRED",
      ...newcomers,
      ...CAPTCHA_ERRORS,
      "CONFLICT",
      "STEP_UP_REQUIRED",
      "ORIGIN_FORBIDDEN",
      "RATE_LIMITED",
    ],
    handle: (c, { body: { tokens, ...body } }) =>
      withBackgroundWork(c, async () => withTokens(c, await authAnswer(c, forward(c, body)), tokens)),
  }),
];
