import { PlinthError } from "@plinth/core";
import { changesTopic } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { requireTrustedOrigin } from "../../http/origin.ts";
import { queryParams } from "../../http/validate.ts";
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
    const topic = changesTopic(grant.principal.workspaceId);
    // Where nothing lasts the host hands the request over, and places are counted where the socket is.
    const hub = c.var.platform.streams === undefined ? sharedHub(c) : undefined;
    let release = hub?.reserve();
    try {
      // Last: a refused handshake tells a browser nothing, and the same address in plain words why it was.
      if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
        throw new PlinthError("UPGRADE_REQUIRED", `This address only takes WebSockets. ${INSTEAD}`);
      }
      return await c.env.upgrade((io) => {
        const place = release;
        release = undefined;
        return openSocketSession({ hub: hub ?? sharedHub(c), grant, io, release: place });
      }, topic);
    } finally {
      // Not all handshakes come to an end; one that does so after this takes a place then.
      release?.();
      release = undefined;
    }
  });
}
