import type { Hono, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { setupPage } from "./setup.ts";
import { startPage } from "./start.ts";

/** The server's own pages; everything else is the API. */
export function pagesRoutes(app: Hono<AppEnv>, ...before: readonly MiddlewareHandler<AppEnv>[]): void {
  app.on("GET", ["/"], ...before, startPage);
  app.on("GET", ["/setup"], ...before, setupPage);
}
