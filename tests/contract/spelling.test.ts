import { expect, test } from "bun:test";
import type { Json } from "@plinth/core";
import { requireSnakeCase } from "./spelling.ts";

const asking = (path: string, json: Json) => () => requireSnakeCase(path, { text: "", json });
const reading = (path: string, text: string) => () => requireSnakeCase(path, { text, json: undefined });

test.each<[string, () => void, string]>([
  ["an error", asking("/api/items/films", { error: { code: "X", requestId: "r" } }), "error.requestId"],
  ["a definition", asking("/api/collections", { data: [{ fields: [{ maxLength: 3 }] }] }), "data.0.fields.0.maxLength"],
  ["what stands beside items", asking("/api/items/films", { data: [], nextCursor: null }), "nextCursor"],
  ["a report", asking("/api/items/films/import", { data: { dryRun: true } }), "data.dryRun"],
  ["a message", asking("/api/realtime/socket", { messages: [{ retryAfter: 1 }] }), "messages.0.retryAfter"],
  ["a session", asking("/api/t/acme/auth/get-session", { user: { emailVerified: true } }), "user.emailVerified"],
  ["an event", reading("/api/realtime/schema", 'event: change\ndata: {"tableName":"x"}\n\n'), "tableName"],
  ["a line", reading("/api/items/films/import", '{"progress":{"rowsDone":1}}\n'), "progress.rowsDone"],
])("camelCase is found in %s", (_, ask, key) => {
  expect(ask).toThrow(`the key ${key} in`);
});

test.each<[string, () => void]>([
  ["WebAuthn", asking("/api/auth/passkey/generate-register-options", { pubKeyCredParams: [] })],
  ["OpenAPI", asking("/api/openapi.json", { paths: { "/x": { get: { operationId: "x" } } } })],
  ["those who store items", asking("/api/items/films/1", { data: { facts: { firstShown: 1 } } })],
  ["those who export them", reading("/api/items/films/export", '{"facts":{"firstShown":1}}\n')],
  ["those who filter slow lists", asking("/api/insights/queries", { data: [{ filter: { isDone: true } }] })],
  ["those who write texts", reading("/api/metrics", "# {not: json}\n")],
])("keys are left to %s", (_, ask) => {
  expect(ask).not.toThrow();
});
