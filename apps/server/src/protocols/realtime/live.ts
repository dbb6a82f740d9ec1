import { type LiveQueryInput, liveQuery, subscribeLive } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { liveBodySchema, liveInputOf, liveSchemaFor } from "../../http/query/index.ts";
import { jsonBody, queryParams } from "../../http/validate.ts";
import { answerStream } from "./answer.ts";
import { callerOf } from "./caller.ts";
import type { Caller, Listening } from "./listening.ts";
import { streamQuery } from "./stream.ts";

export const liveParams = z.strictObject({
  known: z.string().max(20).optional().describe("The checksum of the result that the caller already has"),
  ticket: streamQuery.ticket,
  poll: streamQuery.poll,
});

/** `POST /api/live`: a query's result, kept current. */
export function liveRoutes(app: Hono<AppEnv>): void {
  app.post("/api/live", queryParams(liveParams), jsonBody(liveBodySchema, liveSchemaFor), async (c) => {
    const { known, ticket } = c.req.valid("query");
    const caller = await callerOf(c, ticket);
    return answerStream(c, listeningTo(caller, liveInputOf(c.req.valid("json")), known));
  });
}

/** Throws what the read would throw. */
export function listeningTo({ scope, grant }: Caller, input: LiveQueryInput, known: string | undefined): Listening {
  liveQuery(scope, input);
  return {
    scope,
    grant,
    subscribe: (room, outlet) => subscribeLive(room, scope, grant, { input, known }, outlet),
  };
}
