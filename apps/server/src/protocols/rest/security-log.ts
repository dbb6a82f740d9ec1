import { listSecurityLog, securityLogSchema } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { ANY_OBJECT, INSTANT, type JsonSchema, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";

export const securityLogEntry = (): JsonSchema =>
  object({
    id: UUID,
    workspace: nullable(UUID),
    at: INSTANT,
    type: TEXT,
    outcome: { type: "string", enum: ["ok", "failed"] },
    actor: nullable(TEXT),
    target: nullable(TEXT),
    address: nullable(TEXT),
    detail: nullable(ANY_OBJECT),
  });

/** `/api/security-log`: what happened to accounts and rights. */
export const securityLogRoute = defineRoute("GET /api/security-log", {
  id: "listSecurityLog",
  tag: "Users",
  summary: "What happened to accounts, rights and keys of this workspace, newest first",
  access: "member_admin",
  query: securityLogSchema,
  response: securityLogEntry,
  page: (ctx, { query }) => listSecurityLog(ctx, query),
});
