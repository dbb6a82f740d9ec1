import { listSessions, revokeOtherSessions, revokeSession } from "@plinth/engine";
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
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Accounts", access: "account" } as const;

export const session = (): JsonSchema =>
  object({
    id: UUID,
    device: nullable(TEXT),
    user_agent: nullable(TEXT),
    address: nullable(TEXT),
    created_at: INSTANT,
    last_used_at: INSTANT,
    expires_at: INSTANT,
    current: FLAG,
    impersonation: nullable(object({ by: TEXT, reason: TEXT })),
  });

/** `/api/sessions`: where the caller is signed in. */
export const sessionsRoutes: readonly Route[] = [
  defineRoute("GET /api/sessions", {
    ...shared,
    id: "listOwnSessions",
    summary: "Where you are signed in",
    response: () => listOf(session()),
    read: listSessions,
  }),
  defineRoute("DELETE /api/sessions", {
    ...shared,
    id: "revokeOwnOtherSessions",
    summary: "Sign out everywhere but here",
    response: () => object({ revoked: COUNT }),
    write: revokeOtherSessions,
  }),
  defineRoute("DELETE /api/sessions/:id", {
    ...shared,
    id: "revokeOwnSession",
    summary: "End one of your sessions, by its id",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => revokeSession(ctx, params.id),
  }),
];
