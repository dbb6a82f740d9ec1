import {
  createRule,
  createRuleSchema,
  deleteRule,
  listRules,
  simulate,
  simulateSchema,
  updateRule,
  updateRuleSchema,
} from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { answerData } from "../../http/answer-write.ts";
import { jsonBody, queryParams } from "../../http/validate.ts";
import { admin } from "../../middleware/admin.ts";

export const filter = z.strictObject({ role: z.string().optional(), collection: z.string().optional() });

/** `/api/permissions`: the rules of a workspace, and what they would decide. */
export function permissionsRoutes(app: Hono<AppEnv>): void {
  const path = "/api/permissions";
  const one = "/api/permissions/:id";

  app.get(path, admin, queryParams(filter), (c) => c.json({ data: listRules(c.var.scope, c.req.valid("query")) }));
  app.post(path, admin, jsonBody(createRuleSchema), (c) =>
    answerData(c, 201, (scope) => createRule(scope, c.req.valid("json"))),
  );
  app.post("/api/permissions/simulate", admin, jsonBody(simulateSchema), async (c) =>
    c.json({ data: await simulate(c.var.scope, c.req.valid("json")) }),
  );
  app.patch(one, admin, jsonBody(updateRuleSchema), (c) =>
    answerData(c, 200, (scope) => updateRule(scope, c.req.param("id"), c.req.valid("json"))),
  );
  app.delete(one, admin, (c) => answerData(c, 200, (scope) => deleteRule(scope, c.req.param("id"))));
}
