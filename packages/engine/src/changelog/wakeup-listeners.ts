import type { Engine } from "../kernel/engine.ts";
import { connectionService } from "../kernel/services.ts";
import { logReader } from "./reader.ts";
import { WakeupListener } from "./wakeup-listener.ts";

/** A database's wake-ups: one listener for all waiting callers of this process. */
export const wakeupListener = connectionService("wake-up listener", (engine: Engine, driver) => {
  return new WakeupListener({ reader: logReader(engine, driver), bus: engine.bus, log: engine.log });
});
