import { createRole, createRoleSchema, deleteRole, listRoles } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { admin } from "../../middleware/admin.ts";
import { unkeyedAnyway, unkeyedByName } from "../../middleware/unkeyed.ts";
import { jsonBody } from "../validate.ts";

/** `/api/roles`: the roles of the caller's workspace. A role's name is its id. */
export function rolesRoutes(app: Hono<AppEnv>): void {
  const path = "/api/roles";
  app.get(path, admin, async (c) => c.json({ data: await listRoles(c.var.scope) }));
  app.post(path, admin, unkeyedByName, jsonBody(createRoleSchema), async (c) =>
    c.json({ data: await createRole(c.var.scope, c.req.valid("json")) }, 201),
  );
  app.delete("/api/roles/:name", admin, unkeyedAnyway, async (c) => {
    const id = c.req.param("name");
    await deleteRole(c.var.scope, id);
    return c.json({ data: { id } });
  });
}
