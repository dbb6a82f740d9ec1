import { WEBHOOK_FORMS } from "@plinth/core";
import {
  createWebhook,
  createWebhookSchema,
  deleteWebhook,
  getWebhook,
  listDeliveriesSchema,
  listWebhookDeliveries,
  listWebhooks,
  previewWebhook,
  previewWebhookSchema,
  replayWebhook,
  replayWebhookSchema,
  rotateWebhookSchema,
  rotateWebhookSecret,
  showWebhookDelivery,
  testWebhook,
  updateWebhook,
  updateWebhookSchema,
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

/** Any JSON. */
const ANY_VALUE: JsonSchema = {};

const secrets = () => listOf(object({ id: UUID, created_at: INSTANT, ends_at: nullable(INSTANT) }));

const webhook = (more: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    id: UUID,
    name: TEXT,
    url: TEXT,
    form: { type: "string", enum: [...WEBHOOK_FORMS] },
    events: listOf(TEXT),
    filter: nullable(ANY_OBJECT),
    filter_before: nullable(ANY_OBJECT),
    payload: object({ fields: nullable(listOf(TEXT)), before: FLAG }),
    header_names: listOf(TEXT),
    template: ANY_VALUE,
    body_signature: nullable(object({ header: TEXT, prefix: TEXT })),
    ordered: FLAG,
    enabled: FLAG,
    disabled_reason: nullable(TEXT),
    failing_since: nullable(INSTANT),
    paused_until: nullable(INSTANT),
    secrets: secrets(),
    public_key: nullable(TEXT),
    created_at: INSTANT,
    updated_at: INSTANT,
    ...more,
  });

const delivery = (more: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    id: UUID,
    message_id: TEXT,
    type: TEXT,
    item: nullable(TEXT),
    position: nullable(TEXT),
    state: { type: "string", enum: ["pending", "delivered", "failed"] },
    attempts: COUNT,
    status: nullable(COUNT),
    error: nullable(TEXT),
    duration_ms: nullable(COUNT),
    created_at: INSTANT,
    next_attempt_at: nullable(INSTANT),
    finished_at: nullable(INSTANT),
    ...more,
  });

const wholeDelivery = () =>
  delivery({
    body: TEXT,
    tries: listOf(
      object({
        at: INSTANT,
        status: nullable(COUNT),
        error: nullable(TEXT),
        answer: nullable(TEXT),
        duration_ms: COUNT,
      }),
    ),
  });

const SECRET: JsonSchema = { ...TEXT, description: "Of v1, shown this once" };

/** A webhook sends whatever changes, so only who may read and change all has them: no scoped key, and no limited member. */
const shared = { tag: "Webhooks", access: "admin", scope: "none" } as const;

/** `/api/webhooks`: where changes of the workspace are sent. */
export const webhooksRoutes: readonly Route[] = [
  defineRoute("GET /api/webhooks", {
    ...shared,
    id: "listWebhooks",
    summary: "The webhooks of the workspace",
    response: () => webhook(),
    page: (ctx, { query }) => listWebhooks(ctx, query),
  }),
  defineRoute("POST /api/webhooks", {
    ...shared,
    id: "createWebhook",
    summary: "Make a webhook; the answer has its secret, this once",
    body: createWebhookSchema,
    status: 201,
    response: () => webhook({ secret: SECRET }),
    errors: ["COLLECTION_NOT_FOUND", "UNKNOWN_FIELD", "UNKNOWN_OPERATOR", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => createWebhook(ctx, body),
  }),
  defineRoute("POST /api/webhooks/preview", {
    ...shared,
    id: "previewWebhook",
    summary: "What a webhook would send of the last change that fits; nothing is sent or stored",
    body: previewWebhookSchema,
    response: () =>
      object({
        type: TEXT,
        item: TEXT,
        position: TEXT,
        body: TEXT,
        headers: { type: "object", additionalProperties: TEXT },
      }),
    errors: ["NOT_FOUND", "COLLECTION_NOT_FOUND", "UNKNOWN_FIELD", "UNKNOWN_OPERATOR", "LIMIT_EXCEEDED"],
    read: (ctx, { body }) => previewWebhook(ctx, body),
  }),
  defineRoute("GET /api/webhooks/:id", {
    ...shared,
    id: "getWebhook",
    summary: "One webhook",
    response: () => webhook(),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => getWebhook(ctx, params.id),
  }),
  defineRoute("PATCH /api/webhooks/:id", {
    ...shared,
    id: "updateWebhook",
    summary: "Change a webhook, or enable it again",
    body: updateWebhookSchema,
    response: () => webhook(),
    errors: ["NOT_FOUND", "CONFLICT", "COLLECTION_NOT_FOUND", "UNKNOWN_FIELD", "UNKNOWN_OPERATOR", "LIMIT_EXCEEDED"],
    write: (ctx, { params, body }) => updateWebhook(ctx, params.id, body),
  }),
  defineRoute("DELETE /api/webhooks/:id", {
    ...shared,
    id: "deleteWebhook",
    summary: "Delete a webhook and its deliveries",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteWebhook(ctx, params.id),
  }),
  defineRoute("POST /api/webhooks/:id/rotate", {
    ...shared,
    id: "rotateWebhookSecret",
    summary: "Make a new secret, shown this once; those before it sign for a while, too",
    body: rotateWebhookSchema,
    bodyOptional: true,
    response: () => object({ id: UUID, secret: SECRET, public_key: nullable(TEXT), secrets: secrets() }),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    write: (ctx, { params, body }) => rotateWebhookSecret(ctx, params.id, body),
  }),
  defineRoute("POST /api/webhooks/:id/test", {
    ...shared,
    id: "testWebhook",
    summary: "Send a message at once, and see what comes of it",
    response: wholeDelivery,
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => testWebhook(ctx, params.id),
  }),
  defineRoute("POST /api/webhooks/:id/replay", {
    ...shared,
    id: "replayWebhook",
    summary: "Send messages again that have failed, or arrived",
    body: replayWebhookSchema,
    response: () => object({ replayed: COUNT }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => replayWebhook(ctx, params.id, body),
  }),
  defineRoute("GET /api/webhooks/:id/deliveries", {
    ...shared,
    id: "listWebhookDeliveries",
    summary: "What was sent to a webhook and what waits, the newest first",
    query: listDeliveriesSchema,
    response: () => delivery(),
    errors: ["NOT_FOUND"],
    page: (ctx, { params, query }) => listWebhookDeliveries(ctx, params.id, query),
  }),
  defineRoute("GET /api/webhooks/:id/deliveries/:delivery", {
    ...shared,
    id: "showWebhookDelivery",
    summary: "One delivery, with what was sent and answered",
    response: wholeDelivery,
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => showWebhookDelivery(ctx, params),
  }),
];
