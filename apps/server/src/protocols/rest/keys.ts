import { createKey, createKeySchema, listKeys, revokeKey } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerData } from "../../http/answer-write.ts";
import { jsonBody } from "../../http/validate.ts";
import { admin } from "../../middleware/admin.ts";

/** `/api/keys`: the API keys of the caller's workspace. */
export function keysRoutes(app: Hono<AppEnv>): void {
  const path = "/api/keys";
  app.get(path, admin, async (c) => c.json({ data: await listKeys(c.var.scope) }));
  app.post(path, admin, jsonBody(createKeySchema), (c) => {
    // The answer holds the key itself.
    c.header("cache-control", "no-store");
    return answerData(c, 201, (scope) => createKey(scope, c.req.valid("json")));
  });
  app.delete("/api/keys/:id", admin, (c) => answerData(c, 200, (scope) => revokeKey(scope, c.req.param("id"))));
}
