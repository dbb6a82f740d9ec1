import {
  checkDeployment,
  deleteFunction,
  deployFunction,
  deploySchema,
  FUNCTION_METHODS,
  FUNCTION_RUNTIMES,
  functionSecretStore,
  listFunctionRuns,
  listFunctions,
  listFunctionVersions,
  RUN_STATES,
  rollBackFunction,
  rollbackSchema,
  secretSchema,
  showFunction,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
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
import { secretRoutes } from "./secret-routes.ts";

const settings = {
  runtime: { type: "string", enum: [...FUNCTION_RUNTIMES] } as JsonSchema,
  permissions: object({
    as: TEXT,
    actions: listOf(TEXT),
    collections: listOf(TEXT),
    files: object({ buckets: listOf(TEXT), actions: listOf(TEXT) }),
    fetch: listOf(TEXT),
    kv: listOf(TEXT),
    jobs: listOf(TEXT),
    mail: FLAG,
    ai: { anyOf: [FLAG, listOf(TEXT)] },
  }),
  http: object({
    auth: TEXT,
    methods: listOf({ type: "string", enum: [...FUNCTION_METHODS] }),
    cors: object({ origins: listOf(TEXT), headers: listOf(TEXT) }),
  }),
  before: listOf(object({ collection: TEXT, events: listOf(TEXT) })),
  limits: object({ wall_ms: COUNT, cpu_ms: COUNT, memory_mb: COUNT, calls: COUNT }),
};
const deployed = { name: TEXT, version: COUNT, ...settings, created_at: INSTANT, updated_at: INSTANT };

const run = (): JsonSchema =>
  object({
    id: UUID,
    version: COUNT,
    trigger: TEXT,
    status: { type: "string", enum: [...RUN_STATES] },
    ms: COUNT,
    calls: COUNT,
    actor: nullable(TEXT),
    request_id: nullable(UUID),
    error: nullable(ANY_OBJECT),
    logs: listOf(object({ level: TEXT, text: TEXT, ms: COUNT })),
    logs_left_out: COUNT,
    created_at: INSTANT,
  });

/** A function may act by the rights of others, so that only full rights deploy one. */
const shared = { tag: "Functions", access: "admin", scope: "none" } as const;

/** What the host, or the operator, does not run. */
const NOT_RUN = ["UNSUPPORTED_BY_HOST", "UNSUPPORTED_BY_ADAPTER", "TRUSTED_FUNCTIONS_OFF"] as const;

/** `/api/deployments`: functions and their versions, secrets and runs. */
export const deploymentsRoutes: readonly Route[] = [
  defineRoute("GET /api/deployments", {
    ...shared,
    id: "listFunctions",
    summary: "The functions",
    response: () => listOf(object(deployed)),
    read: listFunctions,
  }),
  defineRoute("GET /api/deployments/:name", {
    ...shared,
    id: "showFunction",
    summary: "One function, with its source and the names of its secrets",
    response: () => object({ ...deployed, source: TEXT, secrets: listOf(TEXT) }),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => showFunction(ctx, params.name),
  }),
  defineRoute("PUT /api/deployments/:name", {
    ...shared,
    id: "deployFunction",
    summary: "Deploy a function: a new version, which answers from now on",
    body: deploySchema,
    response: () => object(deployed),
    errors: ["LIMIT_EXCEEDED", "CONFLICT", ...NOT_RUN],
    write: (ctx, { params, body }) => deployFunction(ctx, params.name, body),
  }),
  defineRoute("POST /api/deployments/:name/check", {
    ...shared,
    id: "checkDeployment",
    summary: "What a deployment would declare, and which rights would be new",
    body: deploySchema,
    response: () => object({ name: TEXT, ...settings, grows: listOf(TEXT) }),
    errors: ["LIMIT_EXCEEDED", ...NOT_RUN],
    read: (ctx, { params, body }) => checkDeployment(ctx, params.name, body),
  }),
  defineRoute("DELETE /api/deployments/:name", {
    ...shared,
    id: "deleteFunction",
    summary: "Delete a function, with its versions and secrets",
    response: () => object({ name: TEXT }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteFunction(ctx, params.name),
  }),
  defineRoute("GET /api/deployments/:name/versions", {
    ...shared,
    id: "listFunctionVersions",
    summary: "The versions of a function, the newest first",
    response: () => listOf(object({ version: COUNT, active: FLAG, ...settings, created_at: INSTANT })),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => listFunctionVersions(ctx, params.name),
  }),
  defineRoute("POST /api/deployments/:name/rollback", {
    ...shared,
    id: "rollBackFunction",
    summary: "Let another version of a function answer",
    body: rollbackSchema,
    response: () => object(deployed),
    errors: ["NOT_FOUND", ...NOT_RUN],
    write: (ctx, { params, body }) => rollBackFunction(ctx, params.name, body.version),
  }),
  defineRoute("GET /api/deployments/:name/runs", {
    ...shared,
    id: "listFunctionRuns",
    summary: "What a function has done lately, the newest first",
    query: z.strictObject({ status: z.enum(RUN_STATES).optional() }),
    response: run,
    page: (ctx, { params, query }) => listFunctionRuns(ctx, params.name, query),
  }),
  ...secretRoutes({
    path: "/api/deployments",
    tag: shared.tag,
    of: "Function",
    store: functionSecretStore,
    body: secretSchema,
  }),
];
