import {
  cancelJob,
  claimJobs,
  claimSchema,
  completeJob,
  completeSchema,
  enqueueJob,
  enqueueSchema,
  failJob,
  failSchema,
  getJob,
  heartbeatJob,
  heartbeatSchema,
  JOB_STATES,
  jobFilterSchema,
  jobReportsSchema,
  keepStep,
  keepStepSchema,
  listJobs,
  listSteps,
  postEventSchema,
  postJobEvent,
  reportJobs,
  retryJob,
  sleepJob,
  sleepSchema,
  waitForEvent,
  waitSchema,
} from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { answerWrite } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  data,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const INTEGER: JsonSchema = { type: "integer" };

const fields = {
  id: UUID,
  queue: TEXT,
  kind: TEXT,
  name: TEXT,
  state: { type: "string", enum: [...JOB_STATES] },
  payload: {},
  priority: INTEGER,
  run_at: INSTANT,
  unique_key: nullable(TEXT),
  concurrency_key: nullable(TEXT),
  attempts: COUNT,
  max_attempts: COUNT,
  worker: nullable(TEXT),
  progress: {},
  result: {},
  last_error: nullable(TEXT),
  created_by: nullable(TEXT),
  request_id: nullable(TEXT),
  created_at: INSTANT,
  started_at: nullable(INSTANT),
  finished_at: nullable(INSTANT),
  lease_until: nullable(INSTANT),
} satisfies Record<string, JsonSchema>;

export const job = (): JsonSchema => object(fields);

const step = (): JsonSchema => object({ name: TEXT, result: {}, created_at: INSTANT });

/** `refused`: why the report did not count. */
const reported = (): JsonSchema =>
  object({
    id: TEXT,
    state: nullable({ type: "string", enum: [...JOB_STATES] }),
    refused: nullable({
      type: "object",
      required: ["code", "message"],
      properties: { code: TEXT, message: TEXT, field: TEXT },
    }),
  });

const shared = { tag: "Jobs", access: "admin", scope: "jobs", response: job } as const;

/** `/api/jobs`: work that is done later, by the server or by workers that claim it. */
export const jobsRoutes: readonly Route[] = [
  defineRoute("GET /api/jobs", {
    ...shared,
    id: "listJobs",
    summary: "Jobs, the newest first",
    query: jobFilterSchema,
    page: (ctx, { query }) => listJobs(ctx, query),
  }),
  defineRoute("POST /api/jobs", {
    ...shared,
    id: "enqueueJob",
    summary: "Enqueue a job",
    body: enqueueSchema,
    status: 201,
    response: () => data(job()),
    errors: ["LIMIT_EXCEEDED"],
    idempotent: true,
    handle: (c, { body }) =>
      answerWrite(c, async (ctx) => ({ status: 201, body: { data: await enqueueJob(ctx, body) } })),
  }),
  defineRoute("GET /api/jobs/:id", {
    ...shared,
    id: "getJob",
    summary: "One job",
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => getJob(ctx, params.id),
  }),
  defineRoute("POST /api/jobs/:id/cancel", {
    ...shared,
    id: "cancelJob",
    summary: "Cancel a job that has not ended",
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => cancelJob(ctx, params.id),
  }),
  defineRoute("POST /api/jobs/:id/retry", {
    ...shared,
    id: "retryJob",
    summary: "Run a job again that has ended, or now one that waits",
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => retryJob(ctx, params.id),
  }),
  defineRoute("POST /api/jobs/:id/heartbeat", {
    ...shared,
    id: "heartbeatJob",
    summary: "Keep a claimed job, and report its progress",
    body: heartbeatSchema,
    response: () => data(job()),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    handle: async (c, { body }) => json(c, { data: await heartbeatJob(c.env.ctx, c.req.param("id"), body) }),
  }),
  defineRoute("POST /api/jobs/:id/complete", {
    ...shared,
    id: "completeJob",
    summary: "Report that a claimed job is done",
    body: completeSchema,
    response: () => data(job()),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    handle: async (c, { body }) => json(c, { data: await completeJob(c.env.ctx, c.req.param("id"), body) }),
  }),
  defineRoute("POST /api/jobs/:id/fail", {
    ...shared,
    id: "failJob",
    summary: "Report that an attempt at a claimed job has failed",
    body: failSchema,
    response: () => data(job()),
    errors: ["NOT_FOUND", "CONFLICT"],
    handle: async (c, { body }) => json(c, { data: await failJob(c.env.ctx, c.req.param("id"), body) }),
  }),
  defineRoute("POST /api/job-reports", {
    ...shared,
    id: "reportJobs",
    summary: "Report about up to 100 claimed jobs at once, each of which counts or not by itself",
    body: jobReportsSchema,
    response: () => data(listOf(reported())),
    handle: async (c, { body }) => json(c, { data: await reportJobs(c.env.ctx, body) }),
  }),
  defineRoute("POST /api/jobs/:id/sleep", {
    ...shared,
    id: "sleepJob",
    summary: "Give a claimed job back until a time",
    body: sleepSchema,
    response: () => data(job()),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    handle: async (c, { body }) => json(c, { data: await sleepJob(c.env.ctx, c.req.param("id"), body) }),
  }),
  defineRoute("GET /api/jobs/:id/steps", {
    ...shared,
    id: "listJobSteps",
    summary: "The steps of a job that are done, in their order",
    response: step,
    errors: ["NOT_FOUND"],
    page: (ctx, { params, query }) => listSteps(ctx, params.id, query),
  }),
  defineRoute("POST /api/jobs/:id/steps", {
    ...shared,
    id: "keepJobStep",
    summary: "Keep the result of a step of a claimed job",
    body: keepStepSchema,
    response: () => data(step()),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    handle: async (c, { body }) => json(c, { data: await keepStep(c.env.ctx, c.req.param("id"), body) }),
  }),
  defineRoute("POST /api/jobs/:id/wait", {
    ...shared,
    id: "waitForJobEvent",
    summary: "Keep the event that a step of a claimed job waits for, or have one wake the job",
    body: waitSchema,
    response: () => data(object({ step: nullable(step()), until: nullable(INSTANT) })),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    handle: async (c, { body }) => json(c, { data: await waitForEvent(c.env.ctx, c.req.param("id"), body) }),
  }),
  defineRoute("POST /api/events", {
    ...shared,
    id: "postJobEvent",
    summary: "Store an event, and wake the jobs that wait for it",
    body: postEventSchema,
    status: 201,
    response: () => object({ id: UUID, name: TEXT, key: nullable(TEXT), payload: {}, created_at: INSTANT }),
    errors: ["LIMIT_EXCEEDED"],
    write: (ctx, { body }) => postJobEvent(ctx, body),
  }),
  defineRoute("POST /api/job-queues/:queue/claim", {
    ...shared,
    id: "claimJobs",
    summary: "Claim jobs of a queue for a worker, and wait for one",
    body: claimSchema,
    bodyOptional: true,
    response: () => data(listOf(object({ ...fields, lease: TEXT, traceparent: TEXT }))),
    errors: ["OVERLOADED"],
    handle: async (c, { body }) =>
      json(c, { data: await claimJobs(c.env.ctx, c.req.param("queue"), body, c.req.raw.signal) }),
  }),
];
