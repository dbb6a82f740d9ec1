import { grantOf, makeTicket } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";

/** `POST /api/realtime/tickets`: opens a stream where a request can carry no credentials, for a minute. */
export function ticketsRoutes(app: Hono<AppEnv>): void {
  app.post("/api/realtime/tickets", async (c) => {
    const { scope, engine } = c.var;
    return c.json({ data: await makeTicket(engine, await grantOf(scope, c.req.raw.headers)) }, 201);
  });
}
