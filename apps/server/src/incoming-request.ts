import type { IncomingRequest } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";

/** Where a request came from; tests may leave out what the host would tell. */
export function incomingRequestOf(c: Context<AppEnv>): IncomingRequest {
  return { url: c.req.url, headers: c.req.raw.headers, remoteAddress: c.env?.remoteAddress };
}
