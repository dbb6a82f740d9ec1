import { changesSchema, listChanges } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { queryParams } from "../../http/validate.ts";
import { admin } from "../../middleware/admin.ts";

/** `/api/changes`: the workspace's change log, in commit order. */
export function changesRoutes(app: Hono<AppEnv>): void {
  app.get("/api/changes", admin, queryParams(changesSchema), async (c) =>
    c.json(await listChanges(c.var.scope, c.req.valid("query"))),
  );
}
