import { PlinthError } from "@plinth/core";
import { graphqlSettingsOf } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { textRead } from "../../http/answer-read.ts";
import { defineRoute } from "../../http/define-route.ts";
import { ANY_OBJECT, type JsonSchema, listOf, object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const result = (): JsonSchema =>
  object({ "data?": {}, "errors?": listOf(object({ message: TEXT, "extensions?": ANY_OBJECT })) });

const shared = {
  tag: "GraphQL",
  access: "caller",
  scope: "items",
  viewAs: true,
  response: result,
  responseTypes: ["application/graphql-response+json", "application/json"],
  handle: answer,
} as const;

/** `/api/graphql`: documents over the collections, under the caller's rules. The engine of GraphQL is loaded on first use. */
export const graphqlRoutes: readonly Route[] = [
  defineRoute("POST /api/graphql", {
    ...shared,
    id: "graphql",
    summary: "Run a GraphQL document",
    bodyTypes: ["application/json"],
    errors: ["MALFORMED_JSON", "UNSUPPORTED_MEDIA_TYPE", "BODY_TOO_LARGE", "VALIDATION", "LIMIT_EXCEEDED"],
  }),
  defineRoute("GET /api/graphql", {
    ...shared,
    id: "graphqlQuery",
    summary: "Run a GraphQL query from the address",
    query: z.strictObject({
      query: z.string().optional(),
      operationName: z.string().optional(),
      variables: z.string().optional().describe("JSON"),
      extensions: z.string().optional().describe("JSON"),
    }),
    errors: ["VALIDATION", "LIMIT_EXCEEDED"],
  }),
  defineRoute("GET /api/graphql/schema", {
    id: "graphqlSchema",
    tag: "GraphQL",
    summary: "The schema of what you may read and write, as a text",
    access: "caller",
    scope: "items",
    viewAs: true,
    query: z.strictObject({}),
    response: () => TEXT,
    responseTypes: ["application/graphql"],
    async handle(c) {
      const { ctx } = c.env;
      if ((await graphqlSettingsOf(ctx)).introspection === "admins" && !ctx.principal.bypass)
        throw new PlinthError("FORBIDDEN", "Administrators alone may read the schema here.");
      const { schemaText } = await import("./build/text.ts");
      return textRead(c, schemaText(c.env.ctx), 200, { "content-type": "application/graphql; charset=utf-8" });
    },
  }),
];

async function answer(c: Context<AppEnv>): Promise<Response> {
  const { answerGraphql } = await import("./answer.ts");
  return answerGraphql(c);
}
