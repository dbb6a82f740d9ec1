import { describePrincipal } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";

/** `/api/me`: who the caller is to this server. */
export function meRoutes(app: Hono<AppEnv>): void {
  app.get("/api/me", async (c) => c.json({ data: await describePrincipal(c.var.scope) }));
}
