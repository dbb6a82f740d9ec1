import {
  deleteFlow,
  deployFlow,
  FLOW_ITEM_ACTIONS,
  flowSchema,
  flowSecretSchema,
  flowSecretStore,
  listFlows,
  listFlowVersions,
  receiveFlowMessage,
  rollBackFlow,
  rollBackFlowSchema,
  runFlow,
  runFlowSchema,
  showFlow,
  updateFlow,
  updateFlowSchema,
} from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { answerWrite } from "../../http/answer-write.ts";
import { readBody } from "../../http/body.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  COUNT,
  data,
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
import { flowRun } from "./flow-runs.ts";
import { secretRoutes } from "./secret-routes.ts";

const definition = {
  description: TEXT,
  triggers: listOf(ANY_OBJECT),
  permissions: object({
    as: nullable(TEXT),
    actions: listOf({ type: "string", enum: [...FLOW_ITEM_ACTIONS] }),
    collections: listOf(TEXT),
    fetch: listOf(TEXT),
    functions: listOf(TEXT),
    mail: FLAG,
  }),
};
const nodes: JsonSchema = listOf(ANY_OBJECT);
const flow = { name: TEXT, version: COUNT, enabled: FLAG, ...definition, created_at: INSTANT, updated_at: INSTANT };

/** A flow acts by rights of its own, so that only full rights deploy one. */
const shared = { tag: "Flows", access: "admin", scope: "none" } as const;

/** `/api/flows`: flows with their versions and secrets, and what starts them. */
export const flowsRoutes: readonly Route[] = [
  defineRoute("GET /api/flows", {
    ...shared,
    id: "listFlows",
    summary: "The flows",
    response: () => listOf(object(flow)),
    read: listFlows,
  }),
  defineRoute("GET /api/flows/:name", {
    ...shared,
    id: "showFlow",
    summary: "One flow, with its nodes and the names of its secrets",
    response: () => object({ ...flow, nodes, secrets: listOf(TEXT) }),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => showFlow(ctx, params.name),
  }),
  defineRoute("PUT /api/flows/:name", {
    ...shared,
    id: "deployFlow",
    summary: "Deploy a flow: a new version, which new runs follow from now on",
    body: flowSchema,
    response: () => object(flow),
    errors: ["LIMIT_EXCEEDED", "CONFLICT"],
    write: (ctx, { params, body }) => deployFlow(ctx, params.name, body),
  }),
  defineRoute("PATCH /api/flows/:name", {
    ...shared,
    id: "updateFlow",
    summary: "Turn a flow on or off",
    body: updateFlowSchema,
    response: () => object(flow),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => updateFlow(ctx, params.name, body),
  }),
  defineRoute("DELETE /api/flows/:name", {
    ...shared,
    id: "deleteFlow",
    summary: "Delete a flow, with its versions and secrets",
    response: () => object({ name: TEXT }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteFlow(ctx, params.name),
  }),
  defineRoute("GET /api/flows/:name/versions", {
    ...shared,
    id: "listFlowVersions",
    summary: "The versions of a flow, the newest first",
    response: () => listOf(object({ version: COUNT, active: FLAG, ...definition, nodes, created_at: INSTANT })),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => listFlowVersions(ctx, params.name),
  }),
  defineRoute("POST /api/flows/:name/rollback", {
    ...shared,
    id: "rollBackFlow",
    summary: "Let new runs follow another version of a flow",
    body: rollBackFlowSchema,
    response: () => object(flow),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => rollBackFlow(ctx, params.name, body.version),
  }),
  ...secretRoutes({ path: "/api/flows", tag: shared.tag, of: "Flow", store: flowSecretStore, body: flowSecretSchema }),
  defineRoute("POST /api/flows/:name/run", {
    tag: "Flows",
    access: "admin",
    scope: "jobs",
    id: "runFlow",
    summary: "Start a run of a flow, which goes on after the answer",
    body: runFlowSchema,
    bodyOptional: true,
    status: 201,
    response: () => data(flowRun()),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    idempotent: true,
    handle: (c, { body }) =>
      answerWrite(c, async (ctx) => {
        const run = await runFlow(ctx, c.req.param("name"), body);
        return { status: 201, body: { data: { ...run } } };
      }),
  }),
  defineRoute("POST /api/flows/:name/message", {
    tag: "Flows",
    access: "caller",
    scope: "open",
    id: "sendFlowMessage",
    summary: "Start a flow by a message that is signed with its secret",
    bodyTypes: ["*/*"],
    status: 202,
    response: () => data(object({ id: UUID })),
    errors: ["UNAUTHORIZED", "CONFLICT", "LIMIT_EXCEEDED", "BODY_TOO_LARGE"],
    async handle(c) {
      const message = { headers: c.req.raw.headers, body: Uint8Array.from(await readBody(c)) };
      return json(c, { data: await receiveFlowMessage(c.env.ctx, c.req.param("name"), message) }, 202);
    },
  }),
];
