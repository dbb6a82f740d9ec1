import { checkPresence, subscribePresence } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { queryParams } from "../validate.ts";
import { answerStream } from "./answer.ts";
import { streamQuery } from "./items.ts";
import { listenerOf } from "./listener.ts";

export const presenceQuery = z.strictObject({ ticket: streamQuery.ticket, poll: streamQuery.poll });

/** `GET /api/realtime/presence/:name`: who is there. Whoever asks is there, as long as the stream lasts. */
export function presenceRoutes(app: Hono<AppEnv>): void {
  app.get("/api/realtime/presence/:name", queryParams(presenceQuery), async (c) => {
    const { scope, grant } = await listenerOf(c, c.req.valid("query").ticket);
    const name = c.req.param("name");
    checkPresence(scope, name);
    return answerStream(c, {
      scope,
      grant,
      subscribe: (room, outlet) => subscribePresence(room, scope, grant, name, outlet),
    });
  });
}
