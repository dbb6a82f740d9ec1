import { requireAdmin, subscribeSchema } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { queryParams } from "../validate.ts";
import { answerStream } from "./answer.ts";
import { listenerOf } from "./listener.ts";
import { presenceQuery } from "./presence.ts";

/** `GET /api/realtime/collections`: that the schema has changed, for those with full rights. */
export function schemaRoutes(app: Hono<AppEnv>): void {
  app.get("/api/realtime/collections", queryParams(presenceQuery), async (c) => {
    const { scope, grant } = await listenerOf(c, c.req.valid("query").ticket);
    requireAdmin(scope.principal);
    return answerStream(c, {
      scope,
      grant,
      subscribe: (room, outlet) => subscribeSchema(room, scope, grant, outlet),
    });
  });
}
