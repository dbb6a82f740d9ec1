import type { Bus, Config, SqlDriver } from "@plinth/core";
import { type DatabaseKind, type DatabaseTarget, readDatabaseUrl } from "../../database-url.ts";
import { openEmbedded } from "./embedded.ts";
import { lazyBus } from "./lazy-bus.ts";
import type { RuntimeParts } from "./platform.ts";

interface ServerDatabase<Kind extends DatabaseKind> {
  open(target: DatabaseTarget<Kind>, config: Config, parts: RuntimeParts): SqlDriver | Promise<SqlDriver>;
  /** How processes that share it notify each other of changes; absent where it cannot. */
  bus?(target: DatabaseTarget<Kind>, parts: RuntimeParts): Bus | undefined;
}

/**
 * How a server opens each kind of database. Each runtime brings its own SQLite; the others are loaded when they are
 * chosen, so that a SQLite start does not pay for them.
 */
const OPENERS: { readonly [Kind in DatabaseKind]: ServerDatabase<Kind> } = {
  sqlite: {
    open: (target, config, { sqlite }) => openEmbedded(config, target, () => sqlite({ path: target.path })),
    bus: ({ path }, { sqliteBus }) => (path === ":memory:" ? undefined : sqliteBus({ path })),
  },
  pglite: {
    async open(target, config) {
      const { pglite } = await import("@plinth/adapters-postgres/pglite");
      return openEmbedded(config, target, () => pglite({ path: target.path }));
    },
  },
  postgres: {
    async open({ url }) {
      const { postgresJs } = await import("@plinth/adapters-postgres/postgres-js");
      return postgresJs({ url });
    },
    bus: ({ url }) =>
      lazyBus("postgres-notify", async () => {
        const { notifyBus } = await import("@plinth/adapters-postgres/notify-bus");
        return notifyBus({ url });
      }),
  },
  neon: {
    async open({ url }, { neonEndpoint }) {
      const { neonHttp } = await import("@plinth/adapters-neon");
      return neonHttp({ url, ...(neonEndpoint && { endpoint: neonEndpoint }) });
    },
  },
};

/** Opens the configured database. */
export async function openDatabase(config: Config, parts: RuntimeParts): Promise<SqlDriver> {
  const target = readDatabaseUrl(config.databaseUrl ?? "", config.dataDir);
  if (typeof target === "string") throw new Error(`DATABASE_URL: ${target}.`);
  return open(target, config, parts);
}

/** The bus of the database itself. */
export function databaseBus(config: Config, parts: RuntimeParts): Bus | undefined {
  const target = readDatabaseUrl(config.databaseUrl ?? "", config.dataDir);
  return typeof target === "string" ? undefined : busOf(target, parts);
}

function open<Kind extends DatabaseKind>(target: DatabaseTarget<Kind>, config: Config, parts: RuntimeParts) {
  return OPENERS[target.kind].open(target, config, parts);
}

function busOf<Kind extends DatabaseKind>(target: DatabaseTarget<Kind>, parts: RuntimeParts): Bus | undefined {
  return OPENERS[target.kind].bus?.(target, parts);
}
