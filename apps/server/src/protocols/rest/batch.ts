import { invalid } from "@plinth/core";
import { enqueueSchema, type ReplicaPush, runBatch } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerWrite, keyIn } from "../../http/answer-write.ts";
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
import { header, upsertResult } from "./items-description.ts";

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
      data: listOf(nullable({ anyOf: [ANY_OBJECT, object({ id: UUID })] })),
      "done_before?": FLAG,
      "meta?": object({
        results: {
          ...listOf(nullable(upsertResult())),
          description: "Of each upsert, in order; null for other operations",
        },
      }),
    }),
  parameters: () => [
    header(REPLICA_HEADER, "Of a copy on a device: its name and the number of this push, `NAME/7`", { type: "string" }),
  ],
  errors: [
    "BEFORE_WRITE_FAILED",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "COLLECTION_NOT_FOUND",
    "ITEM_NOT_FOUND",
    "PRECONDITION_FAILED",
    "CONFLICT",
    "GONE",
  ],
  handle(c, { body }) {
    const push = replicaPushIn(c);
    return answerWrite(c, async (ctx) => {
      const { done_before, ...result } = await runBatch(ctx, parseBatchBody(body), push);
      return { status: 200, body: { ...result, ...(done_before && { done_before }) } };
    });
  },
});

const REPLICA_HEADER = "X-Plinth-Replica";
const PUSH = /^(new|[0-9a-z]{6,12}-[\w-]{16,64})\/([1-9]\d{0,14})$/;

function replicaPushIn(c: Context<AppEnv>): ReplicaPush | undefined {
  const field = REPLICA_HEADER.toLowerCase();
  const text = c.req.header(field);
  if (text === undefined) return undefined;
  const [, replica, number] = PUSH.exec(text) ?? [];
  if (replica === undefined)
    throw invalid(
      field,
      "expected the copy's name as the server has given it, or new, and the number of the push: NAME/7",
    );
  if (keyIn(c) === null) throw invalid(field, "goes with an Idempotency-Key");
  return { replica, number: Number(number) };
}

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
    enqueueOperation(),
    operation("guard", { "filter?": ANY_OBJECT, "exists?": FLAG, "count?": ANY_OBJECT }),
  ];
}

/** Any value may be a reference to an earlier operation, so the document names the keys only. */
function enqueueOperation(): JsonSchema {
  const keys = Object.keys(enqueueSchema.shape).map((name): [string, JsonSchema] => [`${name}?`, {}]);
  return object({ op: { const: "enqueue" }, ...Object.fromEntries(keys) });
}

function operation(op: string, properties: Record<string, JsonSchema>): JsonSchema {
  return object({ op: { const: op }, collection: TEXT, ...properties });
}
