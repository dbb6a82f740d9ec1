import {
  checkFilesSchema,
  checkStoredFiles,
  createBucket,
  createBucketSchema,
  getBucket,
  listBuckets,
  removeBucket,
  updateBucket,
  updateBucketSchema,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { bucketSchema, fileCheckSchema } from "./files-schema.ts";

const shared = { tag: "Files", access: "admin", scope: "files" } as const;

/** `/api/buckets`: the places of files. A bucket's name is its id. */
export const bucketsRoutes: readonly Route[] = [
  defineRoute("GET /api/buckets", {
    ...shared,
    id: "listBuckets",
    summary: "The workspace's buckets of files",
    response: bucketSchema,
    page: (ctx, { query }) => listBuckets(ctx, query),
  }),
  defineRoute("POST /api/buckets", {
    ...shared,
    id: "createBucket",
    summary: "Make a bucket for files",
    body: createBucketSchema,
    status: 201,
    response: bucketSchema,
    errors: ["CONFLICT", "LIMIT_EXCEEDED", "UNSUPPORTED_BY_HOST"],
    write: (ctx, { body }) => createBucket(ctx, body),
  }),
  defineRoute("GET /api/buckets/:name", {
    ...shared,
    id: "getBucket",
    summary: "One bucket",
    response: bucketSchema,
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => getBucket(ctx, params.name),
  }),
  defineRoute("PATCH /api/buckets/:name", {
    ...shared,
    id: "updateBucket",
    summary: "Change what a bucket takes, and who reads it",
    body: updateBucketSchema,
    response: bucketSchema,
    errors: ["NOT_FOUND"],
    write: (ctx, { params, body }) => updateBucket(ctx, params.name, body),
  }),
  defineRoute("DELETE /api/buckets/:name", {
    ...shared,
    id: "deleteBucket",
    summary: "Delete an empty bucket",
    response: () => object({ name: TEXT }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => removeBucket(ctx, params.name),
  }),
  defineRoute("POST /api/files/check", {
    ...shared,
    id: "checkFiles",
    summary: "Compare a part of the files with the bytes in the store",
    body: checkFilesSchema,
    response: fileCheckSchema,
    errors: ["NOT_FOUND", "INVALID_CURSOR", "UNSUPPORTED_BY_HOST"],
    read: (ctx, { body }) => checkStoredFiles(ctx, body),
  }),
];
