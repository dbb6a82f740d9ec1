import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { ChangeFeed } from "./feed.ts";
import { logReader } from "./reader.ts";

const feeds = new WeakMap<Engine, WeakMap<SqlDriver, ChangeFeed>>();

/** The wake-ups of a database, one feed for all who wait in this process. */
export function changeFeed(engine: Engine, driver: SqlDriver): ChangeFeed {
  const known = feeds.get(engine) ?? new WeakMap<SqlDriver, ChangeFeed>();
  feeds.set(engine, known);
  let feed = known.get(driver);
  if (!feed) {
    feed = new ChangeFeed({ reader: logReader(engine, driver), bus: engine.bus, log: engine.log });
    known.set(driver, feed);
  }
  return feed;
}
