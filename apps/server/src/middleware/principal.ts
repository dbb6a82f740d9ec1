import { type Identity, resolvePrincipal } from "@plinth/engine";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { requireTrustedOrigin } from "../http/origin.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Resolves the caller. A browser also sends its cookie when another site makes the request, so a write by cookie needs
 * a trusted origin.
 */
export const principal: MiddlewareHandler<AppEnv> = (c, next) => {
  const engine = c.get("engine");
  const driver = c.get("driver");
  const credentials = c.get("protocol").credentials(c.req.raw.headers, engine);
  const identity = resolvePrincipal({ engine, driver, credentials });
  if (identity instanceof Promise) return identity.then((known) => proceed(c, known, next));
  return proceed(c, identity, next);
};

function proceed(c: Context<AppEnv>, identity: Identity, next: () => Promise<void>): Promise<void> {
  if (identity.cookieAuthenticated) {
    c.set("byCookie", true);
    if (!READS.has(c.req.method)) requireTrustedOrigin(c.var.platform.config, c.req.raw);
  }
  c.set("principal", identity.principal);
  return next();
}
