import { consoleLog, memoryBus, systemClock } from "@plinth/adapters-memory";
import type { Config, Platform, SqlDriver } from "@plinth/core";
import { type Env, type HostDefaults, parseConfig } from "../../config.ts";

/** Settings of a host that starts anew at any request; there is no address to listen on. */
export function serverlessConfig(env: Env, requestUrl: string, host: HostDefaults): Config {
  const config = parseConfig(env, { appUrl: new URL(requestUrl).origin, ...host });
  // HOST says who can reach a server. These hosts are on the internet from the first moment.
  return { ...config, host: "0.0.0.0" };
}

/**
 * The ports of a host whose instances are many and short-lived. The bus reaches one instance only: what others do
 * is learned from the database, by version.
 */
export function serverlessPlatform(name: string, config: Config, database: () => Promise<SqlDriver>): Platform {
  return {
    name,
    config,
    database,
    bus: memoryBus(),
    streams: "bounded",
    clock: systemClock,
    // biome-ignore lint/suspicious/noConsole: the console is what these hosts collect as the log.
    log: consoleLog({ level: config.logLevel, write: (line) => console.log(line) }),
  };
}
