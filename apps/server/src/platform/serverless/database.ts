import type { Config, Env, SqlDriver } from "@plinth/core";
import { readDatabaseUrl } from "../../database-url.ts";
import type { ConnectionOptions, RemoteDatabase } from "../databases.ts";
import { openOnce } from "../open-once.ts";

/**
 * The configured database. Where sockets may outlive a request, an instance opens it once, otherwise at each call; one
 * over HTTP keeps no connection.
 */
export function remoteDatabase(
  config: Config,
  databases: readonly RemoteDatabase[],
  connections?: ConnectionOptions,
): () => Promise<SqlDriver> {
  const target = readDatabaseUrl(config.databaseUrl ?? "", "", databases);
  if (typeof target === "string") throw new Error(`DATABASE_URL: ${target}.`);
  const { form, location } = target;
  const open = () => form.open(location, { config, ...(connections && { connections }) });
  return connections?.lifetime === "request" && !form.overHttp ? open : openOnce(open);
}

/** Neon's integrations set an ordinary Postgres address; hosts with HTTP alone use it over HTTP. */
export function preferNeonHttp(env: Env): Env {
  const url = env.DATABASE_URL;
  const isNeon = url !== undefined && /^postgres(ql)?:\/\/[^/]*\.neon\.tech(:\d+)?\//.test(url);
  return isNeon ? { ...env, DATABASE_URL: url.replace(/^postgres(ql)?:/, "neon:") } : env;
}
