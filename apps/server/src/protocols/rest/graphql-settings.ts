import {
  changeGraphqlSettings,
  GRAPHQL_DOCUMENTS,
  GRAPHQL_INTROSPECTION,
  graphqlSettingsSchema,
  showGraphqlSettings,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { type JsonSchema, listOf, object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const settings = (): JsonSchema =>
  object({
    introspection: { type: "string", enum: [...GRAPHQL_INTROSPECTION] },
    documents: { type: "string", enum: [...GRAPHQL_DOCUMENTS] },
    trusted: listOf(object({ sha256: TEXT, document: TEXT })),
  });

/** What strangers learn, and may run, follows from them. */
const shared = { tag: "Workspaces", access: "admin", scope: "none", response: settings } as const;

/** `/api/graphql-settings`: which documents of GraphQL are run, and who may read the schema. */
export const graphqlSettingsRoutes: readonly Route[] = [
  defineRoute("GET /api/graphql-settings", {
    ...shared,
    id: "showGraphqlSettings",
    summary: "Which documents of GraphQL are run, and who may read the schema",
    read: showGraphqlSettings,
  }),
  defineRoute("PATCH /api/graphql-settings", {
    ...shared,
    id: "changeGraphqlSettings",
    summary: "Change some of these settings; null: as at first",
    body: graphqlSettingsSchema,
    errors: ["LIMIT_EXCEEDED", "CONFLICT"],
    write: (ctx, { body }) => changeGraphqlSettings(ctx, body),
  }),
];
