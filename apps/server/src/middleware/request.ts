import { type Platform, PlinthError, uuidv7 } from "@plinth/core";
import type { Engine } from "@plinth/engine";
import type { MiddlewareHandler } from "hono";
import type { AppEnv, ProtocolForm } from "../context.ts";
import type { Database } from "../database.ts";

/** Runs first: the request's id, what the app shares, and headers of every answer. */
export function request(
  { platform, engine, database }: { platform: Platform; engine: Engine; database: Database },
  protocolOf: (path: string) => ProtocolForm,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const requestId = uuidv7(platform.clock.now());
    c.set("requestId", requestId);
    c.set("platform", platform);
    c.set("engine", engine);
    c.set("database", database);
    const protocol = protocolOf(c.req.path);
    c.set("protocol", protocol);
    // Servers build the URL from the client's `Host` header, which may be anything.
    if (URL.canParse(c.req.url)) await next();
    else c.res = protocol.errorResponse(nowhere(), requestId, c.req.raw);
    const { headers } = c.res;
    headers.set("x-request-id", requestId);
    headers.set("x-content-type-options", "nosniff");
    // Answers depend on the caller; a cacheable one sets the header itself.
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  };
}

function nowhere(): PlinthError {
  return new PlinthError("BAD_REQUEST", "host: expected a host name or an IP address.", { field: "host" });
}
