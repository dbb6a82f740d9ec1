import type { Bus, SqlDriver } from "@plinth/core";
import type { Engine } from "../engine.ts";
import { changeReader, comparePlaces, devLog } from "./dev-log.ts";
import type { HubOptions } from "./hub.ts";

/** How long a write of another process may stay unseen where no wake-up comes. */
const POLL_MS = 250;

/** The change log of one driver, as a hub reads it. */
export function hubOptions(engine: Engine, driver: SqlDriver, _bus: Bus): HubOptions {
  return {
    engine,
    driver,
    reader: changeReader(driver),
    comparePlaces,
    wakeups: async (_workspaceId, wake) => {
      const { wakes } = devLog(driver);
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
    pollMs: POLL_MS,
  };
}
