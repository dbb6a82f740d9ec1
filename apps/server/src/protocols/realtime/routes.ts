import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { channelsRoutes } from "./channels.ts";
import { liveRoutes } from "./live.ts";
import { socketRoutes } from "./socket.ts";
import { streamsRoutes } from "./streams.ts";
import { ticketsRoutes } from "./tickets.ts";

export { hubOf } from "./hub.ts";

/** `/api/realtime` and `/api/live`: what changes, as it changes. */
export function realtimeRoutes(app: Hono<AppEnv>): void {
  ticketsRoutes(app);
  streamsRoutes(app);
  channelsRoutes(app);
  liveRoutes(app);
  socketRoutes(app);
}
