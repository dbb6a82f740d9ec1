import type { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import { principal } from "../middleware/principal.ts";
import { setupPage } from "./setup.ts";
import { startPage } from "./start.ts";

/** The pages that the server itself has; everything else is the API. */
export function pagesRoutes(app: Hono<AppEnv>): void {
  app.get("/", principal, startPage);
  app.get("/setup", principal, setupPage);
}
