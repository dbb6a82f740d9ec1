import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { Hub } from "./hub.ts";
import { hubOptions } from "./source.ts";

const hubs = new WeakMap<Engine, Hub>();

/** The process's hub, if anybody has listened yet. */
export function hubOf(engine: Engine): Hub | undefined {
  return hubs.get(engine);
}

/** The hub of a process whose connections last. */
export function hubFor(engine: Engine, driver: SqlDriver): Hub {
  let hub = hubs.get(engine);
  if (!hub) {
    hub = new Hub(hubOptions(engine, driver));
    hubs.set(engine, hub);
  }
  return hub;
}
