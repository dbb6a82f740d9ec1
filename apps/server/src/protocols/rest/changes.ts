import { changesSchema, listChanges } from "@plinth/engine";
import { jsonRead } from "../../http/answer-read.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";

const change = (): JsonSchema =>
  object({
    position: TEXT,
    collection: nullable(TEXT),
    collection_id: UUID,
    item: UUID,
    operation: { type: "string", enum: ["insert", "update", "delete"] },
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
