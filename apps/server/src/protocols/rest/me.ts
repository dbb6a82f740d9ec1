import { describePrincipal } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";

/** `/api/me`: who the caller is to this server. */
export const meRoute = defineRoute("GET /api/me", {
  id: "getMe",
  tag: "Accounts",
  summary: "Who you are to this server",
  access: "caller",
  scope: "open",
  response: () =>
    object({
      kind: { type: "string", enum: ["anonymous", "user", "key"] },
      "id?": UUID,
      "email?": TEXT,
      "name?": TEXT,
      roles: listOf(TEXT),
      workspace: object({ id: UUID, slug: TEXT }),
      operator: FLAG,
      admin: FLAG,
    }),
  read: describePrincipal,
});
