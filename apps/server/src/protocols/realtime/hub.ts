import type { SqlDriver } from "@plinth/core";
import { type Engine, Hub, hubOptions, service } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";

/** Made over the connection of whoever listens first, on hosts whose connections last. */
const made = service("hub", (_: Engine): { hub?: Hub } => ({}));

/** The process's hub, if anybody has listened yet. */
export function hubOf(engine: Engine): Hub | undefined {
  return made(engine).hub;
}

/** The hub of a host whose connections last. */
export function sharedHub(c: Context<AppEnv>): Hub {
  return hubFor(c.var.engine, c.var.driver);
}

export function hubFor(engine: Engine, driver: SqlDriver): Hub {
  const state = made(engine);
  state.hub ??= new Hub(hubOptions(engine, driver));
  return state.hub;
}
