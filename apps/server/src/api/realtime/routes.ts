import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { channelsRoutes } from "./channels.ts";
import { realtimeItemsRoutes } from "./items.ts";
import { liveRoutes } from "./live.ts";
import { presenceRoutes } from "./presence.ts";
import { schemaRoutes } from "./schema.ts";
import { ticketsRoutes } from "./tickets.ts";

export { hubOf } from "./hub.ts";

/** `/api/realtime` and `/api/live`: what changes, as it changes. */
export function realtimeRoutes(app: Hono<AppEnv>): void {
  ticketsRoutes(app);
  schemaRoutes(app);
  realtimeItemsRoutes(app);
  presenceRoutes(app);
  channelsRoutes(app);
  liveRoutes(app);
}
