import { memoryBus } from "@plinth/adapters-memory";
import type { Bus, Config } from "@plinth/core";
import { lazyBus } from "../lazy-bus.ts";
import { databaseBus } from "./database.ts";
import type { RuntimeParts } from "./platform.ts";

/**
 * How processes that share a database notify each other of changes: by Redis if configured, else by the database
 * itself. Without either, as with PGlite, which has one process, or Neon over HTTP, each polls the log.
 */
export function openBus(config: Config, parts: RuntimeParts): Bus {
  const { redisUrl } = config;
  if (redisUrl !== undefined) {
    return lazyBus("redis", async () => (await import("@plinth/adapters-redis")).redisBus({ url: redisUrl }));
  }
  return databaseBus(config, parts) ?? memoryBus();
}
