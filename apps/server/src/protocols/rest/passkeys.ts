import { deletePasskey, listPasskeys, plainText, renamePasskey, signInByProof } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
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
import type { Route } from "../../http/route.ts";
import { account, newcomers, signedIn, trustedOrigin, upgraded } from "./auth.ts";
import { authAnswer, forward, poolRequestOf, withBackgroundWork } from "./auth-answer.ts";
import { wantsTokens, withTokens } from "./tokens.ts";

const own = { tag: "Accounts", access: "account" } as const;
const name = plainText(1, 100);
/** As browsers make it: only the library that verifies it can judge it. */
const response = z.looseObject({ id: z.string().max(2000), response: z.looseObject({}) });

const passkey = (): JsonSchema =>
  object({ id: UUID, name: nullable(TEXT), aaguid: nullable(TEXT), backed_up: FLAG, created_at: INSTANT });

/** Passkeys: the two ceremonies of WebAuthn below `/api/auth`, and the caller's own ones. */
export const passkeysRoutes: readonly Route[] = [
  defineRoute("GET /api/auth/passkey/generate-register-options", {
    ...account,
    id: "beginPasskey",
    summary: "What a browser needs to make a passkey",
    access: "account",
    guard: trustedOrigin,
    response: () => ANY_OBJECT,
    errors: [...newcomers, "STEP_UP_REQUIRED", "ORIGIN_FORBIDDEN"],
    handle: (c) => authAnswer(c, c.req.raw),
  }),
  defineRoute("POST /api/auth/passkey/verify-registration", {
    ...account,
    id: "addPasskey",
    summary: "Add the passkey that the browser has made",
    access: "account",
    guard: trustedOrigin,
    body: z.strictObject({ response, name: name.optional() }),
    response: () => open(object({ id: UUID })),
    errors: [...upgraded, "STEP_UP_REQUIRED", "ORIGIN_FORBIDDEN", "UNIQUE_VIOLATION", "LIMIT_EXCEEDED", "RATE_LIMITED"],
    handle: (c, { body }) => authAnswer(c, forward(c, body)),
  }),
  defineRoute("GET /api/auth/passkey/generate-authenticate-options", {
    ...account,
    id: "beginPasskeySignIn",
    summary: "What a browser needs to sign in by a passkey",
    access: "anyone",
    response: () => ANY_OBJECT,
    handle: (c) => authAnswer(c, c.req.raw),
  }),
  defineRoute("POST /api/auth/passkey/verify-authentication", {
    ...account,
    id: "signInByPasskey",
    summary: "Sign in by a passkey",
    access: "anyone",
    guard: trustedOrigin,
    body: z.strictObject({ response, tokens: wantsTokens }),
    response: signedIn,
    responseHeaders: ["set-auth-token"],
    errors: [
      "INVALID_CREDENTIALS",
      "USER_BLOCKED",
      "ANONYMOUS_SESSION",
      "STEP_UP_REQUIRED",
      "ORIGIN_FORBIDDEN",
      "RATE_LIMITED",
    ],
    handle: (c, { body: { tokens, ...body } }) =>
      withBackgroundWork(c, async () => {
        const { engine, driver } = c.env;
        return withTokens(c, await signInByProof(engine, driver, forward(c, body), await poolRequestOf(c)), tokens);
      }),
  }),
  defineRoute("GET /api/passkeys", {
    ...own,
    id: "listPasskeys",
    summary: "Your passkeys",
    response: () => listOf(passkey()),
    read: listPasskeys,
  }),
  defineRoute("PATCH /api/passkeys/:id", {
    ...own,
    id: "renamePasskey",
    summary: "Rename one of your passkeys",
    body: z.strictObject({ name }),
    response: () => object({ id: UUID, name: TEXT }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params, body }) => renamePasskey(ctx, params.id, body.name),
  }),
  defineRoute("DELETE /api/passkeys/:id", {
    ...own,
    id: "deletePasskey",
    summary: "Remove one of your passkeys",
    fresh: true,
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => deletePasskey(ctx, params.id),
  }),
];
