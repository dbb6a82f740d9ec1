import * as z from "@plinth/engine/zod";
import { answer } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import type { Route } from "../../http/route.ts";

/**
 * `/api/openapi.json`: this API with the collections that the caller may read. Its generator is loaded on first use.
 */
export function openapiRoute(routes: () => readonly Route[]): Route {
  return defineRoute("GET /api/openapi.json", {
    id: "openapi",
    tag: "Server",
    summary: "The OpenAPI document, with the collections you may read",
    access: "caller",
    scope: "open",
    viewAs: true,
    query: z.strictObject({}),
    response: () => ({ type: "object" }),
    async handle(c) {
      const { openapiText } = await import("./openapi/document.ts");
      const text = openapiText(c.env.ctx, routes());
      return answer(c, text, 200, { "content-type": "application/json", "cache-control": "no-cache" });
    },
  });
}
