import { createKey, createKeySchema, listKeys, revokeKey } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { INSTANT, type JsonSchema, listOf, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Keys", access: "admin" } as const;

const key = (properties: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    id: UUID,
    name: TEXT,
    kind: { type: "string", enum: ["publishable", "secret"] },
    prefix: TEXT,
    created_at: INSTANT,
    expires_at: nullable(INSTANT),
    ...properties,
  });

/** `/api/keys`: the API keys of the caller's workspace. */
export const keysRoutes: readonly Route[] = [
  defineRoute("GET /api/keys", {
    ...shared,
    id: "listKeys",
    summary: "The workspace's API keys",
    response: () => listOf(key()),
    read: listKeys,
  }),
  defineRoute("POST /api/keys", {
    ...shared,
    id: "createKey",
    summary: "Make an API key",
    body: createKeySchema,
    status: 201,
    response: () => key({ key: { type: "string", description: "The key itself, shown only here" } }),
    write: (ctx, { body }) => createKey(ctx, body),
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
