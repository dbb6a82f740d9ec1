import { createKey, createKeySchema, listKeys, revokeKey } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { admin } from "../../middleware/admin.ts";
import { unkeyed, unkeyedAnyway } from "../../middleware/unkeyed.ts";
import { jsonBody } from "../validate.ts";

const KEYS = "a key is told once and kept nowhere; find what a lost answer left by its name, and revoke it.";

/** `/api/keys`: the API keys of the caller's workspace. */
export function keysRoutes(app: Hono<AppEnv>): void {
  const path = "/api/keys";
  app.get(path, admin, async (c) => c.json({ data: await listKeys(c.var.scope) }));
  app.post(path, admin, unkeyed(KEYS), jsonBody(createKeySchema), async (c) => {
    // The answer holds the key itself.
    c.header("cache-control", "no-store");
    return c.json({ data: await createKey(c.var.scope, c.req.valid("json")) }, 201);
  });
  app.delete("/api/keys/:id", admin, unkeyedAnyway, async (c) => {
    const id = c.req.param("id");
    await revokeKey(c.var.scope, id);
    return c.json({ data: { id } });
  });
}
