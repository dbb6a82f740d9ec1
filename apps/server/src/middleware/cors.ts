import type { Config } from "@plinth/core";
import type { MiddlewareHandler } from "hono";
import { cors as honoCors } from "hono/cors";
import type { AppEnv, CorsPolicy } from "../context.ts";

const PREFLIGHT_SECONDS = 600;

/** Applies the CORS policy of the path's protocol. */
export function cors(config: Config): MiddlewareHandler<AppEnv> {
  const handlers = new Map<CorsPolicy, MiddlewareHandler | undefined>();
  return (c, next) => {
    // Some protocols answer OPTIONS themselves, where no page asks whether it may call.
    if (c.req.method === "OPTIONS" && c.req.header("access-control-request-method") === undefined) return next();
    const policy = c.env.protocol.cors;
    // With its headers beside those of the route, other pages could call with cookies.
    if (policy.decidesItself?.(c.req.path) && !isListed(policy.origins(config), c.req.header("origin"))) return next();
    if (!handlers.has(policy)) handlers.set(policy, handlerOf(policy, policy.origins(config)));
    return handlers.get(policy)?.(c, next) ?? next();
  };
}

const isListed = (origins: readonly string[], origin: string | undefined): boolean =>
  origins.includes("*") || (origin !== undefined && origins.includes(origin));

function handlerOf(policy: CorsPolicy, origins: readonly string[]): MiddlewareHandler | undefined {
  if (origins.length === 0) return undefined;
  const any = origins.includes("*");
  const credentials = policy.credentials ?? !any;
  return honoCors({
    // Browsers send no cookies to `*`, so each origin is named instead.
    origin: any ? (credentials ? (origin) => origin : "*") : [...origins],
    credentials,
    ...(policy.allowMethods && { allowMethods: [...policy.allowMethods] }),
    allowHeaders: [...policy.allowHeaders],
    exposeHeaders: [...policy.exposeHeaders],
    maxAge: PREFLIGHT_SECONDS,
  });
}
