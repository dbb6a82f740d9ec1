import {
  createSigningKey,
  createSigningKeySchema,
  deleteSigningKey,
  listSigningKeys,
  publicKeys,
  rotateSigningKeys,
} from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Keys", access: "admin", scope: "none" } as const;
/** Anyone who decides what signs a workspace's tokens can be anybody in it. */
const signing = { ...shared, fresh: true } as const;
/** A key is published for a day before it signs. */
const KEEP_SECONDS = 300;

const key = (properties: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    id: UUID,
    algorithm: { type: "string", enum: ["ES256", "EdDSA", "HS256"] },
    state: { type: "string", enum: ["next", "current", "retired"] },
    public_key: nullable(ANY_OBJECT),
    created_at: INSTANT,
    activated_at: nullable(INSTANT),
    retired_at: nullable(INSTANT),
    verifies_until: nullable(INSTANT),
    ...properties,
  });

/** `/api/signing-keys`: what signs the access tokens of the caller's workspace. */
export const signingKeysRoutes: readonly Route[] = [
  defineRoute("GET /.well-known/jwks.json", {
    id: "getPublicKeys",
    tag: "Keys",
    summary: "The public keys of the workspace's access tokens, as a JWK set",
    access: "caller",
    scope: "open",
    response: () => object({ keys: listOf(ANY_OBJECT) }),
    async handle(c) {
      const { engine, driver, principal } = c.env;
      return json(c, await publicKeys(engine, driver, principal.workspaceId), 200, {
        "cache-control": `public, max-age=${KEEP_SECONDS}`,
        vary: "x-plinth-workspace, authorization, x-api-key, apikey",
      });
    },
  }),
  defineRoute("GET /api/signing-keys", {
    ...shared,
    id: "listSigningKeys",
    summary: "The keys of access tokens",
    response: () => listOf(key()),
    read: listSigningKeys,
  }),
  defineRoute("POST /api/signing-keys", {
    ...signing,
    id: "createSigningKey",
    summary: "Make a key that will sign access tokens",
    body: createSigningKeySchema,
    status: 201,
    response: () =>
      key({ "secret?": { type: "string", description: "The shared secret that was made, shown only here" } }),
    errors: ["UNSUPPORTED_BY_HOST", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => createSigningKey(ctx, body),
  }),
  defineRoute("POST /api/signing-keys/rotate", {
    ...signing,
    id: "rotateSigningKeys",
    summary: "Sign with the key that waits, or with a new one",
    response: () => key(),
    errors: ["CONFLICT", "LIMIT_EXCEEDED"],
    write: rotateSigningKeys,
  }),
  defineRoute("DELETE /api/signing-keys/:id", {
    ...signing,
    id: "deleteSigningKey",
    summary: "Delete a key: its access tokens end",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => deleteSigningKey(ctx, params.id),
  }),
];
