import { createRole, createRoleSchema, deleteRole, listRoles } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerData } from "../../http/answer-write.ts";
import { jsonBody } from "../../http/validate.ts";
import { admin } from "../../middleware/admin.ts";

/** `/api/roles`: the roles of the caller's workspace. A role's name is its id. */
export function rolesRoutes(app: Hono<AppEnv>): void {
  const path = "/api/roles";
  app.get(path, admin, async (c) => c.json({ data: await listRoles(c.var.scope) }));
  app.post(path, admin, jsonBody(createRoleSchema), (c) =>
    answerData(c, 201, (scope) => createRole(scope, c.req.valid("json"))),
  );
  app.delete("/api/roles/:name", admin, (c) => answerData(c, 200, (scope) => deleteRole(scope, c.req.param("name"))));
}
