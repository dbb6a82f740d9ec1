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
import { admin } from "../../middleware/admin.ts";
import { unkeyed, unkeyedAnyway } from "../../middleware/unkeyed.ts";
import { jsonBody, queryParams } from "../validate.ts";

export const filter = z.strictObject({ role: z.string().optional(), collection: z.string().optional() });

const RULES = "look at GET /api/permissions for the rule before you send it again.";

/** `/api/permissions`: the rules of a workspace, and what they would decide. */
export function permissionsRoutes(app: Hono<AppEnv>): void {
  const path = "/api/permissions";
  const one = "/api/permissions/:id";

  app.get(path, admin, queryParams(filter), (c) => c.json({ data: listRules(c.var.scope, c.req.valid("query")) }));
  app.post(path, admin, unkeyed(RULES), jsonBody(createRuleSchema), async (c) =>
    c.json({ data: await createRule(c.var.scope, c.req.valid("json")) }, 201),
  );
  app.post("/api/permissions/simulate", admin, jsonBody(simulateSchema), async (c) =>
    c.json({ data: await simulate(c.var.scope, c.req.valid("json")) }),
  );
  app.patch(one, admin, unkeyedAnyway, jsonBody(updateRuleSchema), async (c) =>
    c.json({ data: await updateRule(c.var.scope, c.req.param("id"), c.req.valid("json")) }),
  );
  app.delete(one, admin, unkeyedAnyway, async (c) => {
    const id = c.req.param("id");
    await deleteRule(c.var.scope, id);
    return c.json({ data: { id } });
  });
}
