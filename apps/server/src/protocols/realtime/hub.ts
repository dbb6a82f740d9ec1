import type { SqlDriver } from "@plinth/core";
import { type Engine, Hub, hubOptions } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";

const hubs = new WeakMap<Engine, Hub>();

/** The process's hub, if anybody has listened yet. */
export function hubOf(engine: Engine): Hub | undefined {
  return hubs.get(engine);
}

/** The hub of a host whose connections last. */
export function sharedHub(c: Context<AppEnv>): Hub {
  return hubFor(c.var.engine, c.var.driver);
}

export function hubFor(engine: Engine, driver: SqlDriver): Hub {
  let hub = hubs.get(engine);
  if (!hub) {
    hub = new Hub(hubOptions(engine, driver));
    hubs.set(engine, hub);
  }
  return hub;
}
