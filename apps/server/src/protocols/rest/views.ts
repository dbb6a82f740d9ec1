import {
  createView,
  createViewSchema,
  deleteSavedView,
  getView,
  listViews,
  updateView,
  updateViewSchema,
  VIEW_LAYOUTS,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const view = (): JsonSchema =>
  object({
    id: UUID,
    collection: TEXT,
    name: TEXT,
    shared: FLAG,
    own: FLAG,
    is_default: FLAG,
    layout: { type: "string", enum: [...VIEW_LAYOUTS] },
    query: ANY_OBJECT,
    columns: listOf(ANY_OBJECT),
    options: ANY_OBJECT,
    created_at: INSTANT,
    updated_at: INSTANT,
  });

/** Whoever may look at collections has views of its own; the service asks for more where a view is shared. */
const shared = { tag: "Views", access: "admin", scope: "collections:read" } as const;

/** `/api/views`: how people like to see the items of a collection. */
export const viewsRoutes: readonly Route[] = [
  defineRoute("GET /api/views", {
    ...shared,
    id: "listViews",
    summary: "The views that are shared, and your own",
    query: z.strictObject({ collection: z.string().optional() }),
    response: view,
    errors: ["COLLECTION_NOT_FOUND"],
    page: (ctx, { query }) => listViews(ctx, query),
  }),
  defineRoute("POST /api/views", {
    ...shared,
    id: "createView",
    summary: "Save a view of a collection",
    body: createViewSchema,
    status: 201,
    response: view,
    errors: ["COLLECTION_NOT_FOUND", "LIMIT_EXCEEDED", "CONFLICT"],
    write: (ctx, { body }) => createView(ctx, body),
  }),
  defineRoute("GET /api/views/:id", {
    ...shared,
    id: "getView",
    summary: "One view",
    response: view,
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => getView(ctx, params.id),
  }),
  defineRoute("PATCH /api/views/:id", {
    ...shared,
    id: "updateView",
    summary: "Change a view",
    body: updateViewSchema,
    response: view,
    errors: ["NOT_FOUND", "LIMIT_EXCEEDED"],
    write: (ctx, { params, body }) => updateView(ctx, params.id, body),
  }),
  defineRoute("DELETE /api/views/:id", {
    ...shared,
    id: "deleteView",
    summary: "Delete a view",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteSavedView(ctx, params.id),
  }),
];
