import type { Engine } from "../kernel/engine.ts";
import { connectionService } from "../kernel/services.ts";
import { ChangeFeed } from "./feed.ts";
import { logReader } from "./reader.ts";

/** The wake-ups of a database, one feed for all who wait in this process. */
export const changeFeed = connectionService("change feed", (engine: Engine, driver) => {
  return new ChangeFeed({ reader: logReader(engine, driver), bus: engine.bus, log: engine.log });
});
