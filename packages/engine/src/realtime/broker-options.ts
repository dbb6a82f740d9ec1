import type { SqlDriver } from "@plinth/core";
import { comparePositions, logReader, METADATA_CHANGED, WakeupListener } from "../changelog/index.ts";
import type { Engine } from "../kernel/engine.ts";
import { netReader } from "./net-changes.ts";
import type { BrokerOptions } from "./subscription-broker.ts";

/** The bus and a poll of the log's end send wake-ups; this poll covers what both missed. */
const POLL_MS = 1000;

/** The change log of one driver, in the form that a broker needs. */
export function brokerOptions(engine: Engine, driver: SqlDriver): BrokerOptions {
  const reader = logReader(engine, driver);
  const { bus, log } = engine;
  const heard = (workspaceId: string, message: string): void => {
    if (message === METADATA_CHANGED) engine.catalogs.expire(workspaceId);
  };
  const { wakeups } = new WakeupListener({ reader, log, heard, ...(bus && { bus }) });
  return { engine, driver, reader: netReader(reader), comparePositions, wakeups, pollMs: POLL_MS };
}
