import { ACTIONS } from "@plinth/core";
import { ACCESS, type Callers, exposureOf, exposureSchema, RIGHT_STATES } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  ref,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const right = (): JsonSchema =>
  object({
    state: { type: "string", enum: [...RIGHT_STATES] },
    "note?": TEXT,
    condition: {
      ...nullable({ type: "object", additionalProperties: true }),
      description: "As a filter; null for none",
    },
    fields: { ...nullable(listOf(TEXT)), description: "Null for all" },
    rules: listOf(ref("Rule")),
  });

const collection = (): JsonSchema =>
  object({
    slug: TEXT,
    kind: TEXT,
    actions: object(Object.fromEntries(ACTIONS.map((action) => [action, right()]))),
    items: {
      ...nullable(object({ count: COUNT, more: FLAG })),
      description: "How many can be read; null where none can, you may not, or they could not be counted in time",
    },
    try: nullable(object({ path: TEXT, view_as: TEXT })),
  });

const key = (): JsonSchema =>
  object({
    id: UUID,
    name: TEXT,
    prefix: TEXT,
    expires_at: nullable(INSTANT),
    ip_ranges: nullable(listOf(TEXT)),
    rate_limit: nullable(COUNT),
  });

const strangers = (): JsonSchema =>
  object({
    sign_up: object({
      mode: { type: "string", enum: ["open", "invite", "closed"] },
      domains: listOf(TEXT),
      anonymous: FLAG,
      email_verification: TEXT,
      captcha: FLAG,
    }),
    publishable_keys: { ...nullable(listOf(key())), description: "Null: you may not list keys" },
    cors_origins: listOf(TEXT),
    routes: listOf(object({ method: TEXT, path: TEXT, summary: TEXT })),
  });

/** `/api/exposure`: what somebody may read and write now. */
export function exposureRoute(routes: () => readonly Route[]): Route {
  return defineRoute("GET /api/exposure", {
    id: "getExposure",
    tag: "Rules",
    summary: "What a stranger, a role, a user or a key may read and write now, and by which rules",
    access: "admin",
    scope: "rules",
    load: "bulk",
    query: exposureSchema,
    response: () =>
      object({
        as: TEXT,
        kind: { type: "string", enum: ["anonymous", "user", "key"] },
        roles: listOf(TEXT),
        bypass: FLAG,
        collections: listOf(collection()),
        channels: listOf(object({ channel: TEXT, read: listOf(ref("Rule")), create: listOf(ref("Rule")) })),
        strangers: strangers(),
      }),
    errors: ["COLLECTION_NOT_FOUND", "USER_BLOCKED"],
    async read(ctx, { query }) {
      const exposure = await exposureOf(ctx, query);
      return { ...exposure, strangers: { ...exposure.strangers, routes: openRoutes(routes()) } };
    },
  });
}

/** What answers without credentials, apart from items, of which the collections tell. */
function openRoutes(routes: readonly Route[]): object[] {
  const open = routes.filter(({ access, scope }) => {
    const { anonymous }: Callers = ACCESS[access].callers;
    return anonymous !== undefined && scope !== "items";
  });
  return open.map(({ method, path, summary }) => ({
    method: method.toUpperCase(),
    path,
    summary: typeof summary === "string" ? summary : path,
  }));
}
