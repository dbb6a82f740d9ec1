import { invalid } from "@plinth/core";
import { assignRoles, assignRolesSchema, listUsers } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { answerData } from "../../http/answer-write.ts";
import { jsonBody, queryParams } from "../../http/validate.ts";
import { admin } from "../../middleware/admin.ts";

const DEFAULT_LIMIT = 50;

const whole = z
  .string()
  .regex(/^\d{1,9}$/, "must be a whole number")
  .transform(Number);
export const page = z.strictObject({ limit: whole.optional(), offset: whole.optional() });

/** `/api/users`: the users of the caller's workspace and their roles. Accounts are made at `/api/auth`. */
export function usersRoutes(app: Hono<AppEnv>): void {
  app.get("/api/users", admin, queryParams(page), async (c) => {
    const { limit = DEFAULT_LIMIT, offset = 0 } = c.req.valid("query");
    const { maxLimit } = c.var.platform.config;
    if (limit < 1 || limit > maxLimit) throw invalid("limit", `must be a whole number from 1 to ${maxLimit}`);
    return c.json({ data: await listUsers(c.var.scope, { limit, offset }) });
  });
  app.put("/api/users/:id/roles", admin, jsonBody(assignRolesSchema), (c) =>
    answerData(c, 200, (scope) => assignRoles(scope, c.req.param("id"), c.req.valid("json"))),
  );
}
