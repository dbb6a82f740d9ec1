import { variablesOf } from "@plinth/core";
import { type Catalog, type RequestContext, requestSources } from "@plinth/engine";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** Builds the context that every service needs; after `principal`. */
export const requestContext: MiddlewareHandler<AppEnv> = (c, next) => {
  const catalog = c.get("engine").catalogs.get(c.get("driver"), c.get("principal").workspaceId);
  if (catalog instanceof Promise) return catalog.then((known) => proceed(c, known, next));
  return proceed(c, catalog, next);
};

function proceed(c: Context<AppEnv>, catalog: Catalog, next: () => Promise<void>): Promise<void> {
  // `c.var` copies all variables on each read, a measurable cost on every request.
  const engine = c.get("engine");
  const driver = c.get("driver");
  const principal = c.get("principal");
  const now = engine.clock.now();
  c.set("ctx", {
    engine,
    driver,
    source: requestSources(engine, driver, { principal, requestId: c.get("requestId"), host: c.env }),
    principal,
    catalog,
    variables: variablesOf(principal, now),
    now,
    ...(driver.lifetime === "process" && { defer: c.env?.defer }),
  } satisfies RequestContext);
  return next();
}
