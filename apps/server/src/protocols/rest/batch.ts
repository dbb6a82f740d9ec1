import { runBatch } from "@plinth/engine";
import { answerWrite } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  COUNT,
  FLAG,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import { parseBatchBody } from "../../http/query/index.ts";
import { anyJson } from "../../http/validate.ts";
import { upsertResult } from "./items-description.ts";

/** `/api/batch`: writes over several collections, all or nothing. */
export const batchRoute = defineRoute("POST /api/batch", {
  id: "batch",
  tag: "Items",
  summary: "Writes over several collections, all or nothing",
  access: "caller",
  scope: "items",
  idempotent: true,
  body: anyJson,
  bodySchema: () => object({ operations: { ...listOf({ anyOf: operations() }), minItems: 1, maxItems: 500 } }),
  response: () =>
    object({
      data: listOf({ anyOf: [ANY_OBJECT, object({ id: UUID })] }),
      "meta?": object({
        results: {
          ...listOf(nullable(upsertResult())),
          description: "Of each upsert, in order; null for other operations",
        },
      }),
    }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "COLLECTION_NOT_FOUND", "ITEM_NOT_FOUND", "PRECONDITION_FAILED", "CONFLICT"],
  handle: (c, { body }) =>
    answerWrite(c, async (ctx) => ({ status: 200, body: { ...(await runBatch(ctx, parseBatchBody(body))) } })),
});

function operations(): JsonSchema[] {
  const version = { "if_version?": COUNT };
  return [
    operation("create", { data: ANY_OBJECT }),
    operation("update", { id: {}, data: ANY_OBJECT, ...version }),
    operation("replace", { id: {}, data: ANY_OBJECT, ...version }),
    operation("upsert", {
      data: ANY_OBJECT,
      on_conflict: TEXT,
      "resolution?": { type: "string", enum: ["merge", "ignore"] },
    }),
    operation("delete", { id: {}, ...version }),
    operation("guard", { "filter?": ANY_OBJECT, "exists?": FLAG, "count?": ANY_OBJECT }),
  ];
}

function operation(op: string, properties: Record<string, JsonSchema>): JsonSchema {
  return object({ op: { const: op }, collection: TEXT, ...properties });
}
