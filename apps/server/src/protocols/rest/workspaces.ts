import { createWorkspace, createWorkspaceSchema, listWorkspaces } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerData } from "../../http/answer-write.ts";
import { jsonBody } from "../../http/validate.ts";
import { operator } from "../../middleware/operator.ts";

/** `/api/workspaces`: for operators alone. */
export function workspacesRoutes(app: Hono<AppEnv>): void {
  const path = "/api/workspaces";
  app.get(path, operator, async (c) => c.json({ data: await listWorkspaces(c.var.scope) }));
  app.post(path, operator, jsonBody(createWorkspaceSchema), (c) =>
    answerData(c, 201, (scope) => createWorkspace(scope, c.req.valid("json"))),
  );
}
