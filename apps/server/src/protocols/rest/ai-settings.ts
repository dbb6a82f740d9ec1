import { aiSettingsSchema, changeAiSettings, showAiSettings, testAiSettings } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const settings = (): JsonSchema =>
  object({
    url: nullable(TEXT),
    has_key: FLAG,
    chat_models: listOf(TEXT),
    embedding_models: listOf(TEXT),
    tokens_a_day: nullable(COUNT),
    from: nullable({ type: "string", enum: ["workspace", "server"] }),
    used: object({ tokens: COUNT, until: nullable(INSTANT) }),
  });

const tried = () => nullable(object({ model: TEXT, ok: FLAG, ms: COUNT, error: nullable(TEXT) }));

/** Whoever chooses the endpoint reads all that is sent there, so that only full rights do. */
const shared = { tag: "Workspaces", access: "admin", scope: "none" } as const;

/** `/api/ai-settings`: where the workspace's functions and flows ask AI models. */
export const aiSettingsRoutes: readonly Route[] = [
  defineRoute("GET /api/ai-settings", {
    ...shared,
    id: "showAiSettings",
    summary: "Where AI models are asked, which, and how many tokens were used",
    response: settings,
    read: showAiSettings,
  }),
  defineRoute("PATCH /api/ai-settings", {
    ...shared,
    id: "changeAiSettings",
    summary: "Change some of these settings; null: those of the server count again",
    body: aiSettingsSchema,
    response: settings,
    errors: ["CONFLICT"],
    write: (ctx, { body }) => changeAiSettings(ctx, body),
  }),
  defineRoute("POST /api/ai-settings/test", {
    ...shared,
    id: "testAiSettings",
    summary: "Ask the first model of each kind, and see whether it answers",
    response: () => object({ chat: tried(), embedding: tried() }),
    write: testAiSettings,
  }),
];
