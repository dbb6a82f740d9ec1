import { proveAgain, signInByProof } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { defineRoute } from "../../http/define-route.ts";
import { INSTANT, listOf, object, open, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { account, entering, signedIn, trustedOrigin } from "./auth.ts";
import { authAnswer, forward, poolRequestOf, withBackgroundWork } from "./auth-answer.ts";
import { wantsTokens, withTokens } from "./tokens.ts";

const password = z.string().max(1000).optional().describe("Of an account that has one");
const code = z
  .string()
  .min(6)
  .max(20)
  .transform((text) => text.replaceAll(" ", ""));

const own = {
  ...account,
  access: "account",
  guard: trustedOrigin,
  errors: [
    "INVALID_CREDENTIALS",
    "ATTEMPT_REFUSED",
    "STEP_UP_REQUIRED",
    "CONFLICT",
    "ORIGIN_FORBIDDEN",
    "RATE_LIMITED",
  ],
} as const;

async function verify(
  c: Context<AppEnv>,
  { body: { tokens, ...body } }: { body: z.infer<typeof verification> },
): Promise<Response> {
  const { engine, driver } = c.env;
  return withBackgroundWork(c, async () =>
    withTokens(c, await signInByProof(engine, driver, forward(c, body), await poolRequestOf(c)), tokens),
  );
}

const verifying = {
  ...entering,
  response: () => open(signedIn()),
  errors: ["INVALID_CODE", "USER_BLOCKED", "CONFLICT", "ORIGIN_FORBIDDEN", "RATE_LIMITED"],
  handle: verify,
} as const;

const verification = z.strictObject({
  code,
  challenge: z
    .string()
    .max(500)
    .optional()
    .describe("From the answer of the sign-in. Browsers have it as a cookie, and leave it out"),
  trust_device: z.boolean().optional().describe("Sets a cookie that spares this browser the code for 30 days"),
  tokens: wantsTokens,
});

/** `/api/auth`: a second factor, and proving again who one is. */
export const authSecondFactorRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/two-factor/enable", {
    ...own,
    id: "enableSecondFactor",
    summary: "Begin to use an authenticator app; its first code confirms it",
    body: z.strictObject({ password }),
    bodyOptional: true,
    response: () => object({ method: TEXT, totp_uri: TEXT, backup_codes: listOf(TEXT) }),
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/two-factor/verify-totp", {
    ...verifying,
    id: "verifySecondFactor",
    summary: "Finish a sign-in, or confirm an authenticator app, by its code",
    body: verification,
  }),
  defineRoute("POST /api/auth/two-factor/verify-backup-code", {
    ...verifying,
    id: "verifyRecoveryCode",
    summary: "Finish a sign-in by a recovery code, which is used up",
    body: verification,
  }),
  defineRoute("POST /api/auth/two-factor/generate-backup-codes", {
    ...own,
    id: "replaceRecoveryCodes",
    summary: "Replace your recovery codes",
    body: z.strictObject({ password }),
    bodyOptional: true,
    response: () => open(object({ backup_codes: listOf(TEXT) })),
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/two-factor/disable", {
    ...own,
    id: "disableSecondFactor",
    summary: "Remove your second factor",
    body: z.strictObject({ password }),
    bodyOptional: true,
    response: () => open(object({ status: { const: true } })),
    responseHeaders: ["set-auth-token"],
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("POST /api/auth/step-up", {
    ...own,
    id: "stepUp",
    summary: "Prove again that it is you, for sensitive acts",
    body: z.strictObject({
      password: z.string().max(1000).optional().describe("Where the account has no second factor"),
      code: code.optional().describe("Of the authenticator app"),
    }),
    response: () => object({ data: object({ methods: listOf(TEXT), authenticated_at: INSTANT }) }),
    errors: ["INVALID_CREDENTIALS", "ATTEMPT_REFUSED", "INVALID_CODE", "ORIGIN_FORBIDDEN", "RATE_LIMITED"],
    async handle(c, { body }) {
      return c.json({ data: await proveAgain(c.env.engine, c.env.driver, forward(c, body), await poolRequestOf(c)) });
    },
  }),
];
