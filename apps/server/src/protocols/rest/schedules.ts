import {
  createSchedule,
  createScheduleSchema,
  deleteSchedule,
  getSchedule,
  listSchedules,
  previewSchedule,
  previewScheduleSchema,
  runSchedule,
  updateSchedule,
  updateScheduleSchema,
} from "@plinth/engine";
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
import type { Route } from "../../http/route.ts";
import { job } from "./jobs.ts";

const INTEGER: JsonSchema = { type: "integer" };

const firing = (): JsonSchema => ({
  ...object({ at: INSTANT, fired_at: INSTANT, job: nullable(UUID), error: TEXT, off: FLAG, by: TEXT }),
  required: ["at", "fired_at", "job"],
});

const template = (): JsonSchema => ({
  ...object({
    kind: TEXT,
    queue: TEXT,
    name: TEXT,
    payload: {},
    max_attempts: COUNT,
    priority: INTEGER,
    concurrency_key: TEXT,
  }),
  required: ["kind", "queue", "payload", "priority"],
});

const schedule = (): JsonSchema =>
  object({
    id: UUID,
    name: TEXT,
    when: ANY_OBJECT,
    job: template(),
    enabled: FLAG,
    next_at: nullable(INSTANT),
    last_firings: listOf(firing()),
    created_at: INSTANT,
    updated_at: INSTANT,
  });

const shared = { tag: "Schedules", access: "admin", scope: "jobs", response: schedule } as const;
const WRONG = ["COLLECTION_NOT_FOUND", "UNKNOWN_FIELD", "UNKNOWN_OPERATOR", "LIMIT_EXCEEDED"] as const;

/** `/api/schedules`: jobs that are stored at times, by changes, or on dates of items. */
export const schedulesRoutes: readonly Route[] = [
  defineRoute("GET /api/schedules", {
    ...shared,
    id: "listSchedules",
    summary: "The schedules of the workspace",
    page: (ctx, { query }) => listSchedules(ctx, query),
  }),
  defineRoute("POST /api/schedules", {
    ...shared,
    id: "createSchedule",
    summary: "Have a job stored at times, by changes, or on dates of items",
    body: createScheduleSchema,
    status: 201,
    errors: WRONG,
    write: (ctx, { body }) => createSchedule(ctx, body),
  }),
  defineRoute("POST /api/schedule-preview", {
    ...shared,
    id: "previewSchedule",
    summary: "The next five times of a schedule",
    body: previewScheduleSchema,
    response: () => object({ times: listOf(INSTANT) }),
    read: (ctx, { body }) => previewSchedule(ctx, body),
  }),
  defineRoute("GET /api/schedules/:id", {
    ...shared,
    id: "getSchedule",
    summary: "One schedule, with its last firings",
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => getSchedule(ctx, params.id),
  }),
  defineRoute("PATCH /api/schedules/:id", {
    ...shared,
    id: "updateSchedule",
    summary: "Change a schedule, pause it, or have it go on",
    body: updateScheduleSchema,
    errors: ["NOT_FOUND", "CONFLICT", ...WRONG],
    write: (ctx, { params, body }) => updateSchedule(ctx, params.id, body),
  }),
  defineRoute("DELETE /api/schedules/:id", {
    ...shared,
    id: "deleteSchedule",
    summary: "Delete a schedule; its jobs stay",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteSchedule(ctx, params.id),
  }),
  defineRoute("POST /api/schedules/:id/run", {
    ...shared,
    id: "runSchedule",
    summary: "Store the job of a schedule now",
    status: 201,
    response: job,
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => runSchedule(ctx, params.id),
  }),
];
