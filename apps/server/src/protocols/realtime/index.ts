import { NATIVE } from "../../http/native.ts";
import type { Protocol } from "../../http/protocol.ts";
import { publishRoute } from "./channels.ts";
import { liveRoute } from "./live.ts";
import { socketRoute } from "./socket.ts";
import { socketHibernation } from "./socket-hibernation.ts";
import { streamRoutes } from "./streams.ts";
import { syncByBodyRoute, syncRoute } from "./sync.ts";
import { ticketRoute } from "./tickets.ts";

/** Changes in real time. */
export const realtime: Protocol = {
  ...NATIVE,
  name: "realtime",
  bases: ["/api/realtime", "/api/live", "/api/sync"],
  routes: [ticketRoute, ...streamRoutes, socketRoute, publishRoute, liveRoute, syncRoute, syncByBodyRoute],
  sockets: socketHibernation,
};
