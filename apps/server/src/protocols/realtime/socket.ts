import { PlinthError } from "@plinth/core";
import { brokerFor, changesTopic } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { requireTrustedOrigin } from "../../http/origin.ts";
import { openSocketSession } from "./socket-session.ts";
import { streamQuery } from "./stream.ts";
import { addressOf, streamCallerOf } from "./stream-caller.ts";

const INSTEAD = "Follow the same streams as server-sent events, each at its own address.";

/** `GET /api/realtime/socket`: many streams over one WebSocket. */
export const socketRoute = defineRoute("GET /api/realtime/socket", {
  id: "openSocket",
  tag: "Realtime",
  summary: "Many streams over one WebSocket; the messages are described in docs/realtime.md",
  access: "caller",
  scope: "items",
  query: z.strictObject({ ticket: streamQuery.ticket }),
  status: 101,
  response: () => ({}),
  responseTypes: [],
  errors: ["UNAUTHORIZED", "ORIGIN_FORBIDDEN", "UPGRADE_REQUIRED", "UNSUPPORTED_BY_HOST"],
  async handle(c, { query: { ticket } }) {
    if (!c.env.host.upgrade) throw new PlinthError("UNSUPPORTED_BY_HOST", `This host has no WebSockets. ${INSTEAD}`);
    // No page of another site may open it by the browser's cookie: the same-origin policy does not protect sockets.
    if (ticket === undefined && c.env.byCookie) requireTrustedOrigin(c);
    const { grant } = await streamCallerOf(c, ticket);
    const address = addressOf(c, grant.principal);
    const { engine, driver } = c.env;
    const topic = changesTopic(grant.principal.workspaceId);
    // Without lasting streams the host hands the request over, and the stream is counted where the socket is.
    const broker = c.env.platform.streams === undefined ? brokerFor(engine, driver) : undefined;
    let release = broker?.limits.reserve({ principal: grant.principal, address });
    try {
      // Last: a browser cannot see why a handshake was refused; a plain request to the address shows it.
      if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
        throw new PlinthError("UPGRADE_REQUIRED", `This address only accepts WebSockets. ${INSTEAD}`);
      }
      return await c.env.host.upgrade((io) => {
        const taken = release;
        release = undefined;
        return openSocketSession({ broker: broker ?? brokerFor(engine, driver), grant, address, io, release: taken });
      }, topic);
    } finally {
      // Not all handshakes complete; one that completes after this reserves then.
      release?.();
      release = undefined;
    }
  },
});
