import { ACTIONS } from "@plinth/core";
import { listRefusals, refusalsSchema } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { INSTANT, listOf, nullable, object, open, TEXT, UUID } from "../../http/openapi/json-schema.ts";

/** `/api/refusals`: which requests were refused lately, and why. */
export const refusalsRoute = defineRoute("GET /api/refusals", {
  id: "listRefusals",
  tag: "Rules",
  summary: "The last requests that were refused for lack of rights; of one, what the rules say about it",
  access: "admin",
  scope: "rules",
  query: refusalsSchema,
  response: () =>
    listOf(
      object({
        request_id: UUID,
        at: INSTANT,
        method: TEXT,
        path: TEXT,
        code: TEXT,
        message: TEXT,
        field: nullable(TEXT),
        principal: object({
          kind: TEXT,
          id: nullable(TEXT),
          roles: listOf(TEXT),
          organization: nullable(TEXT),
          viewer: nullable(TEXT),
        }),
        collection: nullable(TEXT),
        action: nullable({ type: "string", enum: [...ACTIONS] }),
        item_id: nullable(TEXT),
        "explanation?": {
          ...nullable(open({ type: "object" })),
          description:
            "With request_id: the decision as POST /api/permissions/simulate describes it, by the rules of now",
        },
      }),
    ),
  read: (ctx, { query }) => listRefusals(ctx, query),
});
