import { invalid, type Json } from "@plinth/core";
import { checkItems, subscribeItems } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { queryParams } from "../validate.ts";
import { answerStream } from "./answer.ts";
import { listenerOf } from "./listener.ts";

/** `last_event_id` is how some polyfills say `Last-Event-ID`. */
export const streamQuery = {
  after: z.string().max(200).optional().describe("Resume after this place"),
  ticket: z.string().max(1000).optional().describe("From POST /api/realtime/tickets"),
  poll: z.string().max(5).optional().describe("Answer with JSON as soon as there is something, or after 20 s"),
};
export const itemsQuery = z.strictObject({ filter: z.string().max(20_000).optional(), ...streamQuery });

/** `GET /api/realtime/items/:slug`: a collection's changes as the caller sees them. */
export function realtimeItemsRoutes(app: Hono<AppEnv>): void {
  app.get("/api/realtime/items/:slug", queryParams(itemsQuery), async (c) => {
    const query = c.req.valid("query");
    const { scope, grant } = await listenerOf(c, query.ticket);
    // A browser that reconnects by itself sends the header, and with it the address that it started from.
    const after = c.req.header("last-event-id") || query.after || undefined;
    const request = { slug: c.req.param("slug"), filter: parseFilterText(query.filter), after };
    checkItems(scope, request);
    return answerStream(c, {
      scope,
      grant,
      immediate: after === undefined,
      subscribe: (room, outlet) => subscribeItems(room, scope, grant, request, outlet),
    });
  });
}

function parseFilterText(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid("filter", "is not valid JSON");
  }
}
