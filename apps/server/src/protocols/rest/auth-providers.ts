import { PROVIDER_KINDS } from "@plinth/core";
import {
  changeProvider,
  changeProviderSchema,
  createProvider,
  createProviderSchema,
  deleteProvider,
  listProviders,
  showProvider,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Sign-in providers", access: "admin", scope: "sign_in" } as const;
/** Anyone who says whom a provider vouches for can sign in as anybody. */
const vouching = { ...shared, scope: "none", fresh: true } as const;
const provider = (): JsonSchema =>
  object({
    name: TEXT,
    kind: { type: "string", enum: Object.keys(PROVIDER_KINDS) },
    label: TEXT,
    issuer: TEXT,
    client_id: TEXT,
    other_client_ids: listOf(TEXT),
    has_secret: FLAG,
    team_id: nullable(TEXT),
    key_id: nullable(TEXT),
    scopes: listOf(TEXT),
    trust_email: FLAG,
    enabled: FLAG,
    callback_url: TEXT,
    created_at: INSTANT,
    updated_at: INSTANT,
  });

/** `/api/auth-providers`: with which other accounts users can sign in. A provider's name is its id. */
export const authProvidersRoutes: readonly Route[] = [
  defineRoute("GET /api/auth-providers", {
    ...shared,
    id: "listProviders",
    summary: "The workspace's sign-in providers, without their secrets",
    response: () => listOf(provider()),
    read: listProviders,
  }),
  defineRoute("POST /api/auth-providers", {
    ...vouching,
    id: "createProvider",
    summary: "Let users sign in with their accounts at Google, GitHub, Apple or any other issuer",
    body: createProviderSchema,
    status: 201,
    response: provider,
    errors: ["CONFLICT", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => createProvider(ctx, body),
  }),
  defineRoute("GET /api/auth-providers/:name", {
    ...shared,
    id: "getProvider",
    summary: "One sign-in provider",
    response: provider,
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => showProvider(ctx, params.name),
  }),
  defineRoute("PATCH /api/auth-providers/:name", {
    ...vouching,
    id: "changeProvider",
    summary: "Change a sign-in provider; its name, kind and issuer stay",
    body: changeProviderSchema,
    response: provider,
    errors: ["NOT_FOUND"],
    write: (ctx, { params, body }) => changeProvider(ctx, params.name, body),
  }),
  defineRoute("DELETE /api/auth-providers/:name", {
    ...shared,
    id: "deleteProvider",
    summary: "Delete a sign-in provider; users' accounts there stay, unused",
    response: () => object({ name: TEXT, linked_accounts: COUNT }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteProvider(ctx, params.name),
  }),
];
