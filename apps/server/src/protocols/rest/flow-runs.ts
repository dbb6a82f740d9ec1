import {
  cancelJob,
  failedPlace,
  flowRunFilterSchema,
  flowSteps,
  forgetApprovals,
  getFlowRun,
  JOB_STATES,
  listFlowRuns,
  listSteps,
  type RequestContext,
  requireRun,
  retryFlowRunSchema,
  retryJob,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { COUNT, INSTANT, type JsonSchema, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

export const flowRun = (): JsonSchema =>
  object({
    id: UUID,
    flow: TEXT,
    state: { type: "string", enum: [...JOB_STATES] },
    input: {},
    trigger: {},
    result: {},
    error: nullable(TEXT),
    attempts: COUNT,
    created_by: nullable(TEXT),
    created_at: INSTANT,
    started_at: nullable(INSTANT),
    finished_at: nullable(INSTANT),
    resumes_at: nullable(INSTANT),
    approval: nullable(UUID),
  });

const step = (): JsonSchema =>
  object({
    path: TEXT,
    node: TEXT,
    type: TEXT,
    attempt: COUNT,
    started_at: INSTANT,
    ended_at: INSTANT,
    input: {},
    output: {},
    error: nullable(object({ message: TEXT, code: TEXT })),
  });

const shared = { tag: "Flows", access: "admin", scope: "jobs", response: flowRun } as const;

/** `/api/flow-runs`: what flows have done, and do. */
export const flowRunsRoutes: readonly Route[] = [
  defineRoute("GET /api/flow-runs", {
    ...shared,
    id: "listFlowRuns",
    summary: "Runs of flows, the newest first",
    query: flowRunFilterSchema,
    page: (ctx, { query }) => listFlowRuns(ctx, query),
  }),
  defineRoute("GET /api/flow-runs/:id", {
    ...shared,
    id: "getFlowRun",
    summary: "One run of a flow",
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => getFlowRun(ctx, params.id),
  }),
  defineRoute("GET /api/flow-runs/:id/steps", {
    ...shared,
    id: "listFlowSteps",
    summary: "What a run of a flow has done, in its order",
    response: step,
    errors: ["NOT_FOUND"],
    async page(ctx, { params, query }) {
      await requireRun(ctx, params.id);
      const found = await listSteps(ctx, params.id, query);
      return { ...found, data: flowSteps(found.data) };
    },
  }),
  defineRoute("POST /api/flow-runs/:id/cancel", {
    ...shared,
    id: "cancelFlowRun",
    summary: "Cancel a run of a flow that has not ended",
    errors: ["NOT_FOUND", "CONFLICT"],
    async write(ctx, { params }) {
      const run = await getFlowRun(ctx, params.id);
      const { state, finished_at } = await cancelJob(ctx, params.id);
      return { ...run, state, finished_at, resumes_at: null, approval: null };
    },
  }),
  defineRoute("POST /api/flow-runs/:id/retry", {
    ...shared,
    id: "retryFlowRun",
    summary: "Run a flow again from a node on; the results of earlier ones stay",
    body: retryFlowRunSchema,
    bodyOptional: true,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => retry(ctx, params.id, body.from),
  }),
];

async function retry(ctx: RequestContext, id: string, from: string | undefined) {
  const row = await requireRun(ctx, id);
  const { state, attempts, started_at } = await retryJob(ctx, id, from ?? failedPlace(row), (step) =>
    forgetApprovals(ctx, id, step),
  );
  const run = await getFlowRun(ctx, id);
  return { ...run, state, attempts, started_at, result: null, finished_at: null, resumes_at: null, approval: null };
}
