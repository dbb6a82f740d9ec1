import type { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";
import { forCaller } from "../http/mount.ts";
import { hostedRoutes } from "./hosted/routes.ts";
import { devInboxPage } from "./server/dev-inbox.ts";
import { setupPage } from "./server/setup.ts";
import { startPage } from "./server/start.ts";

/** The server's own pages; everything else is the API. */
export function pagesRoutes(app: Hono<AppEnv>, database: Database): void {
  app.on("GET", ["/"], forCaller(database, startPage));
  app.on("GET", ["/setup"], forCaller(database, setupPage));
  app.on("GET", ["/dev/inbox"], forCaller(database, devInboxPage));
  hostedRoutes(app, database);
}
