import { consoleLog, memoryBus, systemClock } from "@plinth/adapters-memory";
import type { Config, Env, Platform, SqlDriver } from "@plinth/core";
import { type HostDefaults, parseConfig } from "../../config.ts";
import { openFiles } from "../file-stores.ts";
import { HTTP_MAILERS, type MailService } from "../mailers.ts";
import { openSenders } from "../senders.ts";

/** Settings of a host that may start at any request; there is no address to listen on. */
export function serverlessConfig(
  env: Env,
  requestUrl: string,
  host: Omit<HostDefaults, "mailers"> & Partial<HostDefaults>,
): Config {
  const config = parseConfig(env, {
    appUrl: new URL(requestUrl).origin,
    allowedHosts: ["*"],
    mailers: HTTP_MAILERS,
    ...host,
  });
  // HOST says who can reach a server. These hosts are on the internet from the start.
  return { ...config, host: "0.0.0.0" };
}

/**
 * The ports of a host with many short-lived instances. The bus reaches one instance only: changes by others are found
 * in the database, by version.
 */
export function serverlessPlatform(
  name: string,
  config: Config,
  database: () => Promise<SqlDriver>,
  mailers: readonly MailService[] = HTTP_MAILERS,
): Platform {
  // biome-ignore lint/suspicious/noConsole: the console is what these hosts collect as the log.
  const write = (line: string) => console.log(line);
  return {
    name,
    config,
    database,
    bus: memoryBus(),
    streams: "bounded",
    clock: systemClock,
    ...openSenders(config, mailers, write),
    ...openFiles(config),
    log: consoleLog({ level: config.logLevel, write }),
  };
}
