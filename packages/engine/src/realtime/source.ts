import type { Bus, SqlDriver } from "@plinth/core";
import { changeReader, comparePlaces, type Definitions } from "@plinth/db";
import type { Engine } from "../engine.ts";
import type { HubOptions } from "./hub.ts";

/** How long a write of another process may stay unseen where no wake-up comes. */
const POLL_MS = 250;

/** The change log of one driver, as a hub reads it. */
export function hubOptions(engine: Engine, driver: SqlDriver, bus: Bus): HubOptions {
  return {
    engine,
    driver,
    reader: changeReader(driver, definitions(engine, driver)),
    comparePlaces,
    wakeups: (workspaceId, wake) => bus.subscribe(`changes:${workspaceId}`, wake),
    pollMs: POLL_MS,
  };
}

function definitions(engine: Engine, driver: SqlDriver): Definitions {
  return async (workspaceId, collectionId, version) => {
    const find = async () =>
      [...(await engine.catalogs.get(driver, workspaceId)).collections.values()].find(({ id }) => id === collectionId);
    const known = await find();
    if (known && known.version >= version) return known;
    engine.catalogs.forget(workspaceId);
    return find();
  };
}
