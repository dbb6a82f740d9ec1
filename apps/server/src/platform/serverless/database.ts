import type { Config, SqlDriver } from "@plinth/core";
import type { Env } from "../../config.ts";
import { type DatabaseKind, readDatabaseUrl } from "../../database-url.ts";

type PostgresOptions = { max: number; lifetime: "process" | "request" };

type Open = (config: Config, url: string, options: PostgresOptions) => () => Promise<SqlDriver>;

/**
 * How functions open each kind of database. Where sockets may outlive a request, an instance opens it once, otherwise
 * at each call; Neon's HTTP protocol keeps no connection.
 */
const OPENERS: Partial<Record<DatabaseKind, Open>> = {
  postgres(_config, url, options) {
    const open = async () => {
      const { postgresJs } = await import("@plinth/adapters-postgres/postgres-js");
      return postgresJs({ url, ...options });
    };
    return options.lifetime === "request" ? open : openOnce(open);
  },
  neon: (config) => neonDatabase(config),
};

/** The configured remote database. */
export function remoteDatabase(config: Config, options: PostgresOptions): () => Promise<SqlDriver> {
  const target = readDatabaseUrl(config.databaseUrl ?? "", "");
  const open = typeof target === "string" ? undefined : OPENERS[target.kind];
  if (typeof target === "string" || !("url" in target) || !open) {
    throw new Error("the configuration allows a database that this host cannot open");
  }
  return open(config, target.url, options);
}

/** For hosts without sockets; separate from the above so that their bundles contain no Postgres client. */
export function neonDatabase(config: Config): () => Promise<SqlDriver> {
  const url = config.databaseUrl!.replace(/^neon:/, "postgres:");
  return openOnce(async () => {
    const { neonHttp } = await import("@plinth/adapters-neon");
    return neonHttp({ url, ...(config.neonEndpoint && { endpoint: config.neonEndpoint }) });
  });
}

/** Neon's integrations set an ordinary Postgres address; hosts with HTTP alone use it over HTTP. */
export function preferNeonHttp(env: Env): Env {
  const url = env.DATABASE_URL;
  const isNeon = url !== undefined && /^postgres(ql)?:\/\/[^/]*\.neon\.tech(:\d+)?\//.test(url);
  return isNeon ? { ...env, DATABASE_URL: url.replace(/^postgres(ql)?:/, "neon:") } : env;
}

/** Opens the database once for an instance; after a failure, the next request tries again. */
export function openOnce(open: () => Promise<SqlDriver>): () => Promise<SqlDriver> {
  let opened: Promise<SqlDriver> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
