import type { SqlDriver } from "@plinth/core";
import { comparePositions, logReader, METADATA_CHANGED, WakeupListener } from "../changelog/index.ts";
import type { Engine } from "../kernel/engine.ts";
import type { BrokerOptions } from "./subscription-broker.ts";

/** Wake-ups come from the bus and from a poll of the log's end; this is for what both have missed. */
const POLL_MS = 1000;

/** The change log of one driver, as a broker reads it. */
export function brokerOptions(engine: Engine, driver: SqlDriver): BrokerOptions {
  const reader = logReader(engine, driver);
  const { bus, log } = engine;
  const heard = (workspaceId: string, message: string): void => {
    if (message === METADATA_CHANGED) engine.catalogs.expire(workspaceId);
  };
  const { wakeups } = new WakeupListener({ reader, log, heard, ...(bus && { bus }) });
  return { engine, driver, reader, comparePositions, wakeups, pollMs: POLL_MS };
}
