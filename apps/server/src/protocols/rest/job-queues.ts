import {
  cancelJobs,
  cancelJobsSchema,
  getJobQueue,
  JOB_STATES,
  jobQueueSchema,
  listJobQueues,
  pauseJobQueue,
  replayJobs,
  replayJobsSchema,
  resumeJobQueue,
  saveJobQueue,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { COUNT, FLAG, INSTANT, type JsonSchema, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const settings = {
  queue: TEXT,
  paused: FLAG,
  concurrency: nullable(COUNT),
  rate_limit: nullable(object({ jobs: COUNT, seconds: COUNT })),
  max_attempts: COUNT,
  backoff_seconds: COUNT,
  max_backoff_seconds: COUNT,
  keep_succeeded_seconds: COUNT,
  keep_dead_seconds: COUNT,
} satisfies Record<string, JsonSchema>;

const saved = (): JsonSchema => object(settings);

const queue = (): JsonSchema =>
  object({
    ...settings,
    counts: object(Object.fromEntries(JOB_STATES.map((state) => [state, COUNT]))),
    oldest_pending_at: nullable(INSTANT),
    succeeded_last_minute: COUNT,
  });

const shared = { tag: "Jobs", access: "admin", scope: "jobs" } as const;

/** `/api/job-queues`: what is in queues, how fast they may be worked off, and many jobs at once. */
export const jobQueuesRoutes: readonly Route[] = [
  defineRoute("GET /api/job-queues", {
    ...shared,
    id: "listJobQueues",
    summary: "The queues that have jobs or settings, with what is in them; at most 50 at once",
    load: "list",
    response: queue,
    page: (ctx, { query }) => listJobQueues(ctx, query),
  }),
  defineRoute("GET /api/job-queues/:queue", {
    ...shared,
    id: "getJobQueue",
    summary: "One queue",
    response: queue,
    read: (ctx, { params }) => getJobQueue(ctx, params.queue),
  }),
  defineRoute("PUT /api/job-queues/:queue", {
    ...shared,
    id: "saveJobQueue",
    summary: "Set how a queue is worked off",
    body: jobQueueSchema,
    response: saved,
    errors: ["LIMIT_EXCEEDED"],
    write: (ctx, { params, body }) => saveJobQueue(ctx, params.queue, body),
  }),
  defineRoute("POST /api/job-queues/:queue/pause", {
    ...shared,
    id: "pauseJobQueue",
    summary: "Have nothing of a queue begin",
    response: saved,
    errors: ["LIMIT_EXCEEDED"],
    write: (ctx, { params }) => pauseJobQueue(ctx, params.queue),
  }),
  defineRoute("POST /api/job-queues/:queue/resume", {
    ...shared,
    id: "resumeJobQueue",
    summary: "Have jobs of a paused queue begin again",
    response: saved,
    errors: ["LIMIT_EXCEEDED"],
    write: (ctx, { params }) => resumeJobQueue(ctx, params.queue),
  }),
  defineRoute("POST /api/job-queues/:queue/replay", {
    ...shared,
    id: "replayJobs",
    summary: "Run dead jobs of a queue again, up to 500 at once",
    body: replayJobsSchema,
    bodyOptional: true,
    response: () => object({ replayed: COUNT, passed_over: COUNT, next: nullable(UUID) }),
    errors: ["CONFLICT"],
    write: (ctx, { params, body }) => replayJobs(ctx, params.queue, body),
  }),
  defineRoute("POST /api/job-queues/:queue/cancel", {
    ...shared,
    id: "cancelJobs",
    summary: "Cancel jobs of a queue, up to 500 at once",
    body: cancelJobsSchema,
    bodyOptional: true,
    response: () => object({ cancelled: COUNT, next: nullable(UUID) }),
    write: (ctx, { params, body }) => cancelJobs(ctx, params.queue, body),
  }),
];
