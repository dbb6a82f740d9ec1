import { createWorkspace, createWorkspaceSchema, listWorkspaces } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { operator } from "../../middleware/operator.ts";
import { unkeyedByName } from "../../middleware/unkeyed.ts";
import { jsonBody } from "../validate.ts";

/** `/api/workspaces`: for operators alone. */
export function workspacesRoutes(app: Hono<AppEnv>): void {
  const path = "/api/workspaces";
  app.get(path, operator, async (c) => c.json({ data: await listWorkspaces(c.var.scope) }));
  app.post(path, operator, unkeyedByName, jsonBody(createWorkspaceSchema), async (c) =>
    c.json({ data: await createWorkspace(c.var.scope, c.req.valid("json")) }, 201),
  );
}
