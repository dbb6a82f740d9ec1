import { PlinthError } from "@plinth/core";
import { changesTopic } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { requireTrustedOrigin } from "../../middleware/origin.ts";
import { queryParams } from "../validate.ts";
import { callerOf } from "./caller.ts";
import { sharedHub } from "./hub.ts";
import { openSocketSession } from "./socket-session.ts";
import { streamQuery } from "./stream.ts";

export const socketQuery = z.strictObject({ ticket: streamQuery.ticket });

const INSTEAD = "Follow the same streams as server-sent events, each at its own address.";

/** `GET /api/realtime/socket`: many streams over one WebSocket. */
export function socketRoutes(app: Hono<AppEnv>): void {
  app.get("/api/realtime/socket", queryParams(socketQuery), async (c) => {
    if (!c.env.upgrade) throw new PlinthError("UNSUPPORTED_BY_HOST", `This host has no WebSockets. ${INSTEAD}`);
    const { ticket } = c.req.valid("query");
    // No other site's page may open it by the browser's cookie: no rule of origins keeps it from reading a socket.
    if (ticket === undefined && c.var.byCookie) requireTrustedOrigin(c.var.platform.config, c.req.raw);
    const { grant } = await callerOf(c, ticket);
    // Last: a refused handshake tells a browser nothing, and the same address in plain words why it was.
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new PlinthError("UPGRADE_REQUIRED", `This address speaks WebSocket only. ${INSTEAD}`);
    }
    const topic = changesTopic(grant.principal.workspaceId);
    return c.env.upgrade((io) => openSocketSession({ hub: sharedHub(c), grant, io }), topic);
  });
}
