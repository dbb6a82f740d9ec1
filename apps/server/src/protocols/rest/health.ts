import type { Platform } from "@plinth/core";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import type { Database } from "../../database.ts";

/** `/health`: for people, probes and load balancers. Answers strangers, and tells them no more than the dialect. */
export function healthRoutes(app: Hono<AppEnv>, platform: Platform, database: Database): void {
  app.get("/health/live", (c) => c.json({ ok: true }));
  for (const path of ["/health", "/health/ready"]) {
    app.get(path, async (c) => {
      const ts = new Date(platform.clock.now()).toISOString();
      try {
        const dialect = await database.use(async (driver) => {
          await driver.all({ sql: "select 1", params: [] });
          return driver.dialect;
        });
        return c.json({ ok: true, dialect, ts });
      } catch (error) {
        platform.log.error("not ready", { error });
        return c.json({ ok: false, ts }, 503);
      }
    });
  }
}
