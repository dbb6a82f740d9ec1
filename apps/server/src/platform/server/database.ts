import type { Config, SqlDriver } from "@plinth/core";
import { readDatabaseUrl } from "../../database-url.ts";
import { openEmbedded } from "./embedded.ts";

/**
 * Opens the database that the settings name. SQLite is the one part that each runtime brings itself;
 * the others are loaded when they are chosen, so that a SQLite start does not pay for them.
 */
export async function openDatabase(
  config: Config,
  sqlite: (options: { path: string }) => SqlDriver | Promise<SqlDriver>,
): Promise<SqlDriver> {
  const target = readDatabaseUrl(config.databaseUrl ?? "", config.dataDir);
  if (typeof target === "string") throw new Error(`DATABASE_URL: ${target}.`);
  switch (target.kind) {
    case "sqlite":
      return openEmbedded(config, target, () => sqlite({ path: target.path }));
    case "pglite": {
      const { pglite } = await import("@plinth/adapters-postgres/pglite");
      return openEmbedded(config, target, () => pglite({ path: target.path }));
    }
    case "postgres": {
      const { postgresJs } = await import("@plinth/adapters-postgres/postgres-js");
      return postgresJs({ url: target.url });
    }
    case "neon": {
      const { neonHttp } = await import("@plinth/adapters-neon");
      return neonHttp({ url: target.url, ...(config.neonEndpoint && { endpoint: config.neonEndpoint }) });
    }
  }
}
