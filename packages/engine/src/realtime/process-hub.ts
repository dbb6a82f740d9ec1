import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";
import { Hub } from "./hub.ts";
import { hubOptions } from "./source.ts";

/** Made over the connection of whoever listens first, on hosts whose connections last. */
const made = service("hub", (_: Engine): { hub?: Hub } => ({}));

/** The process's hub, if anybody has listened yet. */
export function hubOf(engine: Engine): Hub | undefined {
  return made(engine).hub;
}

/** The hub of a process whose connections last. */
export function hubFor(engine: Engine, driver: SqlDriver): Hub {
  const state = made(engine);
  state.hub ??= new Hub(hubOptions(engine, driver));
  return state.hub;
}
