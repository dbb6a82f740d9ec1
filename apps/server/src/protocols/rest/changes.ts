import {
  changesSchema,
  changingRequestsSchema,
  itemHistory,
  listChanges,
  listChangingRequests,
  listRequestChanges,
} from "@plinth/engine";
import { jsonRead } from "../../http/answer-read.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import { pageIn, withCursor } from "../../http/paging.ts";

const OPERATION = { type: "string", enum: ["insert", "update", "delete"] };

const change = (): JsonSchema =>
  object({
    position: TEXT,
    collection: nullable(TEXT),
    collection_id: UUID,
    item: UUID,
    operation: OPERATION,
    before: nullable(ANY_OBJECT),
    after: nullable(ANY_OBJECT),
    actor: nullable(TEXT),
    request_id: nullable(TEXT),
    at: INSTANT,
  });

/** `/api/changes`: the workspace's change log, in commit order. */
export const changesRoute = defineRoute("GET /api/changes", {
  id: "listChanges",
  tag: "Changes",
  summary: "The change log, in commit order; 410 when `after` is older than what is kept",
  access: "admin",
  scope: "changes",
  query: changesSchema,
  response: () => object({ data: listOf(change()), next: TEXT, more: FLAG }),
  errors: ["INVALID_CURSOR", "GONE", "COLLECTION_NOT_FOUND"],
  handle: async (c, { query }) => jsonRead(c, await listChanges(c.env.ctx, query)),
});

const itemVersion = {
  position: TEXT,
  at: INSTANT,
  operation: OPERATION,
  version: nullable(COUNT),
  actor: nullable(TEXT),
  actor_name: nullable(TEXT),
  request_id: nullable(TEXT),
  changes: listOf(object({ field: TEXT, before: {}, after: {} })),
};

/** `/api/items/:slug/:id/history`: the changes of one item, newest first. */
export const historyRoute = defineRoute("GET /api/items/:slug/:id/history", {
  id: "itemHistory",
  tag: "Changes",
  summary: "The versions of an item that the change log still has, newest first",
  access: "admin",
  scope: "changes",
  query: withCursor(),
  response: () =>
    object({
      data: listOf(object(itemVersion)),
      has_more: FLAG,
      next_cursor: nullable(TEXT),
      log_start: TEXT,
      complete: FLAG,
    }),
  errors: ["INVALID_CURSOR", "COLLECTION_NOT_FOUND", "ITEM_NOT_FOUND"],
  async handle(c, { query }) {
    const { slug, id } = c.req.param();
    return jsonRead(c, await itemHistory(c.env.ctx, slug, id, pageIn(c.env.ctx, query)));
  },
});

/** `/api/changes/requests`: who has changed what, newest first. */
export const changingRequestsRoute = defineRoute("GET /api/changes/requests", {
  id: "listChangingRequests",
  tag: "Changes",
  summary: "The requests that have changed items, newest first, with how many items of which collections",
  access: "admin",
  scope: "changes",
  query: changingRequestsSchema,
  errors: ["COLLECTION_NOT_FOUND"],
  response: () =>
    object({
      request_id: TEXT,
      actor: nullable(TEXT),
      actor_name: nullable(TEXT),
      from: INSTANT,
      to: INSTANT,
      changes: listOf(object({ collection: nullable(TEXT), inserted: COUNT, updated: COUNT, deleted: COUNT })),
    }),
  page: (ctx, { query }) => listChangingRequests(ctx, query),
});

/** `/api/changes/requests/:request`: what one request has changed, newest first. */
export const requestChangesRoute = defineRoute("GET /api/changes/requests/:request", {
  id: "listRequestChanges",
  tag: "Changes",
  summary: "The changes that a request has made, newest first, with the fields that differ",
  access: "admin",
  scope: "changes",
  errors: ["NOT_FOUND"],
  response: () => object({ collection: TEXT, item: UUID, ...itemVersion }),
  page: (ctx, { params, query }) => listRequestChanges(ctx, params.request, query),
});
