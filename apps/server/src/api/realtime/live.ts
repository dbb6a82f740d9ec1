import { liveQuery, liveQuerySchema, subscribeLive } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { jsonBody, queryParams } from "../validate.ts";
import { answerStream } from "./answer.ts";
import { streamQuery } from "./items.ts";
import { listenerOf } from "./listener.ts";

export const liveParams = z.strictObject({
  known: z.string().max(20).optional().describe("The checksum of the result that the caller holds already"),
  ticket: streamQuery.ticket,
  poll: streamQuery.poll,
});

/** `POST /api/live`: a query's result, kept current. */
export function liveRoutes(app: Hono<AppEnv>): void {
  app.post("/api/live", queryParams(liveParams), jsonBody(liveQuerySchema), async (c) => {
    const { known, ticket } = c.req.valid("query");
    const { scope, grant } = await listenerOf(c, ticket);
    const input = c.req.valid("json");
    liveQuery(scope, input);
    return answerStream(c, {
      scope,
      grant,
      subscribe: (room, outlet) => subscribeLive(room, scope, grant, { input, known }, outlet),
    });
  });
}
