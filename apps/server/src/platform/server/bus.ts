import { memoryBus } from "@plinth/adapters-memory";
import type { Bus, Config } from "@plinth/core";
import { readDatabaseUrl } from "../../database-url.ts";

/**
 * How the processes that share a database tell each other of changes: by Redis where there is one, else by the database
 * itself. Without either, as with PGlite, which has one process, or Neon over HTTP, others look at the log by themselves.
 */
export function openBus(config: Config, sqliteBus: (options: { path: string }) => Bus): Bus {
  const { redisUrl } = config;
  if (redisUrl !== undefined) {
    return lazyBus("redis", async () => (await import("@plinth/adapters-redis")).redisBus({ url: redisUrl }));
  }
  const target = readDatabaseUrl(config.databaseUrl ?? "", config.dataDir);
  if (typeof target === "string") return memoryBus();
  if (target.kind === "sqlite" && target.path !== ":memory:") return sqliteBus({ path: target.path });
  if (target.kind !== "postgres") return memoryBus();
  const { url } = target;
  return lazyBus("postgres-notify", async () => {
    const { notifyBus } = await import("@plinth/adapters-postgres/notify-bus");
    return notifyBus({ url });
  });
}

/** Loads its client with the first use, so that a start does not pay for it. */
function lazyBus(name: string, open: () => Promise<Bus>): Bus {
  let opened: Promise<Bus> | undefined;
  const bus = (): Promise<Bus> => {
    opened ??= open();
    return opened;
  };
  return {
    name,
    crossProcess: true,
    publish: async (topic, message) => (await bus()).publish(topic, message),
    subscribe: async (topic, listener) => (await bus()).subscribe(topic, listener),
    close: async () => (await opened)?.close?.(),
  };
}
