import process from "node:process";
import { consoleLog, memoryBus, memoryCache, systemClock } from "@plinth/adapters-memory";
import type { Config, Platform, SqlDriver } from "@plinth/core";
import { openDatabase } from "./database.ts";

/** The ports of a long-lived process. One process needs no more than memory for its bus and its cache. */
export function serverPlatform(
  name: string,
  config: Config,
  sqlite: (options: { path: string }) => SqlDriver | Promise<SqlDriver>,
): Platform {
  let database: Promise<SqlDriver> | undefined;
  return {
    name,
    config,
    database() {
      database ??= openDatabase(config, sqlite);
      return database;
    },
    bus: memoryBus(),
    cache: memoryCache({ maxEntries: 10_000 }),
    clock: systemClock,
    log: consoleLog({ level: config.logLevel, write: (line) => process.stderr.write(`${line}\n`) }),
  };
}
