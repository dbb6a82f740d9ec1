import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { queryParams } from "../../http/validate.ts";

/** `/api/openapi.json`: this API with the collections that the caller may read. What makes it is loaded on first use. */
export function openapiRoutes(app: Hono<AppEnv>): void {
  app.get("/api/openapi.json", queryParams(z.strictObject({})), async (c) => {
    const { openapiText } = await import("./openapi/document.ts");
    return c.body(openapiText(c.var.scope), 200, { "content-type": "application/json", "cache-control": "no-cache" });
  });
}
