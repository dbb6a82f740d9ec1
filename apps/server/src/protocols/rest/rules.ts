import {
  applyPreset,
  applyPresetSchema,
  createRules,
  createRulesSchema,
  createRulesSchemaFor,
  deleteRule,
  listRules,
  simulate,
  simulateSchema,
  updateRule,
  updateRuleSchema,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { listOf, object, ref, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Rules", access: "admin", scope: "rules" } as const;

/** `/api/permissions`: the rules of a workspace, and a simulation of their decisions. */
export const rulesRoutes: readonly Route[] = [
  defineRoute("GET /api/permissions", {
    ...shared,
    id: "listRules",
    summary: "The workspace's rules",
    query: z.strictObject({ role: z.string().optional(), collection: z.string().optional() }),
    response: () => listOf(ref("Rule")),
    read: (ctx, { query }) => listRules(ctx, query),
  }),
  defineRoute("POST /api/permissions", {
    ...shared,
    id: "createRule",
    summary: "Make a rule, or several: all or none",
    body: createRulesSchema,
    bodyForm: createRulesSchemaFor,
    status: 201,
    response: () => ({ anyOf: [ref("Rule"), listOf(ref("Rule"))] }),
    errors: ["UNKNOWN_OPERATOR", "CONFLICT", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => createRules(ctx, body),
  }),
  defineRoute("POST /api/permissions/simulate", {
    ...shared,
    id: "simulate",
    summary: "Explain what the rules decide",
    body: simulateSchema,
    response: () => ref("Decision"),
    errors: ["COLLECTION_NOT_FOUND", "ITEM_NOT_FOUND"],
    read: (ctx, { body }) => simulate(ctx, body),
  }),
  defineRoute("POST /api/permissions/presets", {
    ...shared,
    id: "applyRulePreset",
    summary: "Make the rules of a preset",
    body: applyPresetSchema,
    status: 201,
    response: () => listOf(ref("Rule")),
    errors: ["COLLECTION_NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => applyPreset(ctx, body),
  }),
  defineRoute("PATCH /api/permissions/:id", {
    ...shared,
    id: "updateRule",
    summary: "Change a rule",
    body: updateRuleSchema,
    response: () => ref("Rule"),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => updateRule(ctx, params.id, body),
  }),
  defineRoute("DELETE /api/permissions/:id", {
    ...shared,
    id: "deleteRule",
    summary: "Delete a rule",
    response: () => object({ id: TEXT }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteRule(ctx, params.id),
  }),
];
