import { createS3Key, createS3KeySchema, listS3Keys, revokeS3Key } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import {
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

const shared = { tag: "Keys", access: "admin", scope: "keys" } as const;

const s3Key = (properties: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    id: UUID,
    name: TEXT,
    access_key_id: TEXT,
    buckets: nullable(listOf(TEXT)),
    prefix: TEXT,
    read_only: FLAG,
    created_at: INSTANT,
    created_by: nullable(TEXT),
    expires_at: nullable(INSTANT),
    last_used_at: nullable(INSTANT),
    ...properties,
  });

/** `/api/s3-keys`: the access keys with which clients of S3 use the workspace's files. */
export const s3KeysRoutes: readonly Route[] = [
  defineRoute("GET /api/s3-keys", {
    ...shared,
    id: "listS3Keys",
    summary: "The workspace's access keys for S3",
    response: () => s3Key(),
    page: (ctx, { query }) => listS3Keys(ctx, query),
  }),
  defineRoute("POST /api/s3-keys", {
    ...shared,
    id: "createS3Key",
    summary: "Make an access key for clients of S3",
    fresh: true,
    body: createS3KeySchema,
    status: 201,
    response: () => s3Key({ secret_access_key: { type: "string", description: "Shown only here" } }),
    errors: ["LIMIT_EXCEEDED"],
    write: (ctx, { body }) => createS3Key(ctx, body),
  }),
  defineRoute("DELETE /api/s3-keys/:id", {
    ...shared,
    id: "revokeS3Key",
    summary: "Revoke an access key for S3",
    response: () => object({ id: TEXT }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => revokeS3Key(ctx, params.id),
  }),
];
