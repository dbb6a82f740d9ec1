import { KEY_ACTIONS } from "@plinth/core";
import { createKey, createKeySchema, KEY_KINDS, listKeys, revokeKey, rotateKey, rotateKeySchema } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Keys", access: "admin", scope: "keys" } as const;

const key = (properties: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    id: UUID,
    name: TEXT,
    kind: { type: "string", enum: [...KEY_KINDS] },
    prefix: TEXT,
    created_at: INSTANT,
    created_by: nullable(TEXT),
    rotated_by: nullable(TEXT),
    expires_at: nullable(INSTANT),
    last_used_at: nullable(INSTANT),
    previous_until: nullable(INSTANT),
    roles: nullable(listOf(TEXT)),
    actions: nullable(listOf({ type: "string", enum: [...KEY_ACTIONS] })),
    collections: nullable(listOf(TEXT)),
    ip_ranges: nullable(listOf(TEXT)),
    rate_limit: nullable(COUNT),
    ...properties,
  });

const shown = (): JsonSchema => key({ key: { type: "string", description: "The key itself, shown only here" } });

/** `/api/keys`: the API keys of the caller's workspace. */
export const keysRoutes: readonly Route[] = [
  defineRoute("GET /api/keys", {
    ...shared,
    id: "listKeys",
    summary: "The workspace's API keys",
    query: z.strictObject({
      created_by: z
        .string()
        .regex(/^(user|key):[\w-]{1,100}$/, "must be user:ID or key:ID")
        .optional()
        .describe("Keys that this user or key made, or rotated last"),
    }),
    response: () => key(),
    page: (ctx, { query: { created_by: createdBy, ...page } }) => listKeys(ctx, { createdBy, ...page }),
  }),
  defineRoute("POST /api/keys", {
    ...shared,
    id: "createKey",
    summary: "Make an API key",
    // A publishable key can do what everybody can.
    fresh: ({ body }) => (body.kind === "publishable" ? undefined : "kind"),
    body: createKeySchema,
    status: 201,
    response: shown,
    write: (ctx, { body }) => createKey(ctx, body),
  }),
  defineRoute("POST /api/keys/:id/rotate", {
    ...shared,
    id: "rotateKey",
    summary: "Give an API key a new secret, beside which the old one counts for a time",
    // A key may replace its own secret.
    fresh: ({ principal, params }) => (principal.id === params.id ? undefined : "id"),
    body: rotateKeySchema,
    bodyOptional: true,
    response: shown,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => rotateKey(ctx, params.id, body),
  }),
  defineRoute("DELETE /api/keys/:id", {
    ...shared,
    id: "revokeKey",
    summary: "Revoke an API key",
    response: () => object({ id: TEXT }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => revokeKey(ctx, params.id),
  }),
];
