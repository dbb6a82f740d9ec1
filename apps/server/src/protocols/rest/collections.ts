import {
  collectionOf,
  createCollectionSchema,
  deleteCollection,
  deleteField,
  describeCollection,
  makeCollection,
  updateCollection,
  updateCollectionSchema,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { listOf, object, ref, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = {
  tag: "Collections",
  access: "admin",
  scope: "collections",
  response: () => ref("Collection"),
} as const;
const confirmation = (what: string) => z.strictObject({ confirm: z.string().optional().describe(`${what} again`) });

/** `/api/collections`: definitions, for callers with full rights in the workspace. */
export const collectionsRoutes: readonly Route[] = [
  defineRoute("GET /api/collections", {
    ...shared,
    id: "listCollections",
    summary: "All collections",
    response: () => listOf(ref("Collection")),
    read: ({ catalog }) =>
      [...catalog.collections.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1)).map(describeCollection),
  }),
  defineRoute("POST /api/collections", {
    ...shared,
    id: "createCollection",
    summary: "Make a collection",
    body: createCollectionSchema,
    status: 201,
    errors: ["CONFLICT", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => makeCollection(ctx, body),
  }),
  defineRoute("GET /api/collections/:slug", {
    ...shared,
    id: "getCollection",
    summary: "One collection",
    errors: ["COLLECTION_NOT_FOUND"],
    read: (ctx, { params }) => describeCollection(collectionOf(ctx, params.slug)),
  }),
  defineRoute("PATCH /api/collections/:slug", {
    ...shared,
    id: "updateCollection",
    summary: "Add fields, or change constraints",
    body: updateCollectionSchema,
    errors: ["COLLECTION_NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => updateCollection(ctx, params.slug, body),
  }),
  defineRoute("DELETE /api/collections/:slug", {
    ...shared,
    id: "deleteCollection",
    summary: "Delete a collection and its items",
    query: confirmation("The slug"),
    response: () => object({ slug: TEXT }),
    errors: ["COLLECTION_NOT_FOUND", "CONFIRMATION_REQUIRED", "REFERENCE_IN_USE"],
    write: (ctx, { params, query }) => deleteCollection(ctx, params.slug, query.confirm),
  }),
  defineRoute("DELETE /api/collections/:slug/fields/:name", {
    ...shared,
    id: "deleteField",
    summary: "Delete a field and its values",
    query: confirmation("The field's name"),
    errors: ["COLLECTION_NOT_FOUND", "CONFIRMATION_REQUIRED", "REFERENCE_IN_USE"],
    write: (ctx, { params, query }) => deleteField(ctx, params.slug, params.name, query.confirm),
  }),
];
