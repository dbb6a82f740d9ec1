import type { IncomingRequest } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";

/** Where a request came from. */
export function incomingRequestOf(c: Context<AppEnv>): IncomingRequest {
  return { url: c.req.url, headers: c.req.raw.headers, remoteAddress: c.env.host.remoteAddress };
}
