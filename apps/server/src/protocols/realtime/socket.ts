import { PlinthError } from "@plinth/core";
import { brokerFor, changesTopic } from "@plinth/engine";
import * as z from "zod";
import { defineRoute } from "../../http/define-route.ts";
import { requireTrustedOrigin } from "../../http/origin.ts";
import { openSocketSession } from "./socket-session.ts";
import { streamQuery } from "./stream.ts";
import { streamCallerOf } from "./stream-caller.ts";

const INSTEAD = "Follow the same streams as server-sent events, each at its own address.";

/** `GET /api/realtime/socket`: many streams over one WebSocket. */
export const socketRoute = defineRoute("GET /api/realtime/socket", {
  id: "openSocket",
  tag: "Realtime",
  summary: "Many streams over one WebSocket; the frames are described in docs/realtime.md",
  access: "caller",
  query: z.strictObject({ ticket: streamQuery.ticket }),
  status: 101,
  response: () => ({}),
  responseTypes: [],
  errors: ["UNAUTHORIZED", "ORIGIN_FORBIDDEN", "UPGRADE_REQUIRED", "UNSUPPORTED_BY_HOST"],
  async handle(c, { query: { ticket } }) {
    if (!c.env.upgrade) throw new PlinthError("UNSUPPORTED_BY_HOST", `This host has no WebSockets. ${INSTEAD}`);
    // No other site's page may open it by the browser's cookie: no rule of origins keeps it from reading a socket.
    if (ticket === undefined && c.var.byCookie) requireTrustedOrigin(c.var.platform.config, c.req.raw);
    const { grant } = await streamCallerOf(c, ticket);
    const { engine, driver } = c.var;
    const topic = changesTopic(grant.principal.workspaceId);
    // Where nothing lasts the host hands the request over, and the stream is counted where the socket is.
    const broker = c.var.platform.streams === undefined ? brokerFor(engine, driver) : undefined;
    let release = broker?.reserve();
    try {
      // Last: a refused handshake tells a browser nothing, and the same address in plain words why it was.
      if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
        throw new PlinthError("UPGRADE_REQUIRED", `This address only takes WebSockets. ${INSTEAD}`);
      }
      return await c.env.upgrade((io) => {
        const taken = release;
        release = undefined;
        return openSocketSession({ broker: broker ?? brokerFor(engine, driver), grant, io, release: taken });
      }, topic);
    } finally {
      // Not all handshakes come to an end; one that does so after this reserves then.
      release?.();
      release = undefined;
    }
  },
});
