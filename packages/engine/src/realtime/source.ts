import type { SqlDriver } from "@plinth/core";
import { ChangeFeed, comparePlaces, logReader, REVISED } from "../changelog/index.ts";
import type { Engine } from "../kernel/engine.ts";
import type { HubOptions } from "./hub.ts";

/** Wake-ups come from the bus and from a poll of the log's end; this is for what both have missed. */
const POLL_MS = 1000;

/** The change log of one driver, as a hub reads it. */
export function hubOptions(engine: Engine, driver: SqlDriver): HubOptions {
  const reader = logReader(engine, driver);
  const { bus, log } = engine;
  const heard = (workspaceId: string, message: string): void => {
    if (message === REVISED) engine.catalogs.expire(workspaceId);
  };
  const { wakeups } = new ChangeFeed({ reader, log, heard, ...(bus && { bus }) });
  return { engine, driver, reader, comparePlaces, wakeups, pollMs: POLL_MS };
}
