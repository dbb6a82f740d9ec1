import { type Principal, type SqlDriver, variablesOf } from "@plinth/core";
import type { Catalog } from "./catalog.ts";
import type { Engine, RequestContext } from "./engine.ts";
import { sourcesOf } from "./sources.ts";

/** What every context has. A request adds its budget, its id and its host. */
export function contextOf(engine: Engine, driver: SqlDriver, principal: Principal, catalog: Catalog): RequestContext {
  const now = engine.clock.now();
  const variables = variablesOf(principal, now);
  return { engine, driver, source: sourcesOf(engine, driver), principal, catalog, variables, now };
}
