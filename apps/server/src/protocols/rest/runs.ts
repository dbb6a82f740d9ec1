import { followRuns, followRunsSchema, listRunsSchema, listWorkspaceRuns, showRun } from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  COUNT,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const MILLISECONDS: JsonSchema = { type: "number" };

const run = (more: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    ...{ id: UUID, kind: TEXT, name: TEXT, version: nullable(COUNT), trigger: TEXT, status: TEXT },
    ...{ trace_id: TEXT, span_id: TEXT, parent_span_id: nullable(TEXT) },
    ...{ actor: nullable(TEXT), request_id: nullable(TEXT), job_id: nullable(TEXT), item: nullable(TEXT) },
    ...{ started_at: INSTANT, ms: nullable(COUNT), error: nullable(ANY_OBJECT), attributes: ANY_OBJECT },
    ...more,
  });

const span = (): JsonSchema =>
  object({
    ...{ span_id: TEXT, parent_span_id: nullable(TEXT), name: TEXT, kind: TEXT, status: TEXT },
    ...{ started_at: INSTANT, offset_ms: MILLISECONDS, ms: MILLISECONDS },
    ...{ error: nullable(TEXT), attributes: ANY_OBJECT },
  });

const shared = { tag: "Runs", access: "admin", scope: "runs" } as const;

/** `/api/runs`: what has run by itself, of all kinds. */
export const runsRoutes: readonly Route[] = [
  defineRoute("GET /api/runs", {
    ...shared,
    id: "listRuns",
    summary: "What has run, the newest first",
    load: "list",
    query: listRunsSchema,
    response: () => run(),
    page: (ctx, { query }) => listWorkspaceRuns(ctx, query),
  }),
  defineRoute("GET /api/runs/follow", {
    ...shared,
    id: "followRuns",
    summary: "Runs that are stored from now on; waits for one",
    query: followRunsSchema,
    response: () => object({ data: listOf(run()), next: TEXT }),
    errors: ["OVERLOADED"],
    handle: async (c, { query }) => json(c, { ...(await followRuns(c.env.ctx, query, c.req.raw.signal)) }),
  }),
  defineRoute("GET /api/runs/:id", {
    ...shared,
    id: "getRun",
    summary: "One run, with its logs and its parts",
    response: () => run({ logs: listOf(ANY_OBJECT), logs_left_out: COUNT, spans: listOf(span()) }),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => showRun(ctx, params.id),
  }),
];
