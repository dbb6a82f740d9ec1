import type { Bus, Config, SqlDriver } from "@plinth/core";
import type { DatabaseForm } from "../database-url.ts";
import { lazyBus } from "./lazy-bus.ts";

/** The connections of one instance; absent: the driver's own default. */
export interface ConnectionOptions {
  readonly max: number;
  readonly lifetime: "process" | "request";
}

/** A database on a server: what `DATABASE_URL` calls it, and how every host opens it. */
export interface RemoteDatabase extends DatabaseForm {
  readonly address: string;
  /** Keeps no connection, so that any request may use a driver that another one has opened. */
  readonly overHttp?: boolean;
  /** The client is loaded when the database is chosen, so that others do not pay for it. */
  open(url: string, options: { config: Config; connections?: ConnectionOptions }): Promise<SqlDriver>;
  /** How processes that share it notify each other of changes; absent where it cannot. */
  bus?(url: string): Bus | undefined;
}

const POSTGRES: RemoteDatabase = {
  schemes: ["postgres", "postgresql"],
  address: "postgres://",
  async open(url, { config, connections }) {
    const { postgresJs } = await import("@plinth/adapters-postgres/postgres-js");
    return postgresJs({ url, timeLimitMs: config.statementTimeoutMs, ...connections });
  },
  bus: (url) =>
    lazyBus("postgres-notify", async () => {
      const { notifyBus } = await import("@plinth/adapters-postgres/notify-bus");
      return notifyBus({ url });
    }),
};

/** Neon's HTTP protocol, at the same address as a Postgres one. Hosts without sockets open nothing else. */
export const NEON: RemoteDatabase = {
  schemes: ["neon"],
  address: "postgres://",
  note: "Neon over HTTP",
  overHttp: true,
  async open(url, { config: { neonEndpoint, statementTimeoutMs } }) {
    const { neonHttp } = await import("@plinth/adapters-neon");
    return neonHttp({ url, timeLimitMs: statementTimeoutMs, ...(neonEndpoint && { endpoint: neonEndpoint }) });
  },
};

/** The databases that servers and functions with sockets open: one row each. */
export const REMOTE_DATABASES: readonly RemoteDatabase[] = [POSTGRES, NEON];
