import { consoleLog, memoryBus, systemClock } from "@plinth/adapters-memory";
import type { Config, Env, Platform, SqlDriver } from "@plinth/core";
import { type HostDefaults, parseConfig } from "../../config.ts";

/** Settings of a host that may start at any request; there is no address to listen on. */
export function serverlessConfig(env: Env, requestUrl: string, host: HostDefaults): Config {
  const config = parseConfig(env, { appUrl: new URL(requestUrl).origin, allowedHosts: ["*"], ...host });
  // HOST says who can reach a server. These hosts are on the internet from the start.
  return { ...config, host: "0.0.0.0" };
}

/**
 * The ports of a host with many short-lived instances. The bus reaches one instance only: changes by others are found
 * in the database, by version.
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
