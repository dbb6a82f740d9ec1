import { variablesOf } from "@plinth/core";
import { type Scope, storeOf } from "@plinth/engine";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** Puts together what every service needs of a request; after `principal`. */
export const scope: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { engine, driver, principal } = c.var;
  const now = engine.clock.now();
  const known = engine.catalogs.get(driver, principal.workspaceId);
  const catalog = known instanceof Promise ? await known : known;
  c.set("scope", {
    engine,
    driver,
    store: storeOf(driver),
    principal,
    catalog,
    variables: variablesOf(principal, now),
    now,
  } satisfies Scope);
  await next();
};
