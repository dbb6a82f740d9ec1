import type { Engine } from "../kernel/engine.ts";
import { connectionService } from "../kernel/services.ts";
import { logReader } from "./reader.ts";
import { WakeupListener } from "./wakeup-listener.ts";

/** The wake-ups of a database, one listener for all who wait in this process. */
export const wakeupListener = connectionService("change feed", (engine: Engine, driver) => {
  return new WakeupListener({ reader: logReader(engine, driver), bus: engine.bus, log: engine.log });
});
