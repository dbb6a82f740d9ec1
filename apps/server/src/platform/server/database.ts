import { existsSync } from "node:fs";
import type { Bus, ClaimRecord, Config, SqlDriver } from "@plinth/core";
import { type DatabaseForm, type DatabaseTarget, readDatabaseUrl } from "../../database-url.ts";
import { REMOTE_DATABASES } from "../databases.ts";
import { claimRecord } from "./claim-record.ts";
import { openEmbedded } from "./embedded.ts";
import type { RuntimeParts } from "./platform.ts";

interface ServerDatabase extends DatabaseForm {
  open(location: string, options: { config: Config; parts: RuntimeParts }): SqlDriver | Promise<SqlDriver>;
  /** How processes that share it notify each other of changes; absent where it cannot. */
  bus?(location: string, parts: RuntimeParts): Bus | undefined;
  /** What the start says if acknowledged writes can be lost. */
  lossNotice?(config: Config): string | undefined;
}

/** Each runtime brings its own. */
export const SQLITE: ServerDatabase = {
  schemes: ["sqlite"],
  embedded: {
    name: "plinth.db",
    is: "file",
    foreign: { message: /not a database|malformed/, expected: "an SQLite database" },
  },
  open: (path, { config: { sqliteSynchronous, readThreads, statementTimeoutMs }, parts }) =>
    parts.sqlite({ path, synchronous: sqliteSynchronous, threads: readThreads, timeLimitMs: statementTimeoutMs }),
  bus: (path, { sqliteBus }) => (path === ":memory:" ? undefined : sqliteBus({ path })),
  lossNotice: ({ sqliteSynchronous }) =>
    sqliteSynchronous === "normal"
      ? "SQLITE_SYNCHRONOUS is normal: a power cut may lose the last writes that were acknowledged."
      : undefined,
};

const PGLITE: ServerDatabase = {
  schemes: ["pglite"],
  embedded: { name: "pglite", is: "folder" },
  async open(path) {
    const { pglite } = await import("@plinth/adapters-postgres/pglite");
    return pglite({ path });
  },
  lossNotice: () => "PGlite never syncs to the disk: a power cut may lose acknowledged writes, or damage the database.",
};

/** The databases that a server opens: one row each. */
export const SERVER_DATABASES: readonly ServerDatabase[] = [SQLITE, PGLITE, ...REMOTE_DATABASES];

/** Opens the configured database. */
export async function openDriver(config: Config, parts: RuntimeParts): Promise<SqlDriver> {
  const target = targetOf(config);
  if (typeof target === "string") throw new Error(`DATABASE_URL: ${target}.`);
  const open = () => target.form.open(target.location, { config, parts });
  return target.form.embedded ? openEmbedded(config, target, open) : open();
}

/** The bus of the database itself. */
export function databaseBus(config: Config, parts: RuntimeParts): Bus | undefined {
  const target = targetOf(config);
  return typeof target === "string" ? undefined : target.form.bus?.(target.location, parts);
}

/** The file or folder of an embedded database that is not there yet. */
export function missingDatabase(config: Config): string | undefined {
  const target = targetOf(config);
  if (typeof target === "string" || !target.form.embedded || target.location === ":memory:") return undefined;
  return existsSync(target.location) ? undefined : target.location;
}

/** Absent for databases on servers, and in memory. */
export function claimsOf(config: Config): ClaimRecord | undefined {
  const target = targetOf(config);
  if (typeof target === "string" || !target.form.embedded || target.location === ":memory:") return undefined;
  return claimRecord(target.location);
}

export function lossNotice(config: Config): string | undefined {
  const target = targetOf(config);
  return typeof target === "string" ? undefined : target.form.lossNotice?.(config);
}

function targetOf({ databaseUrl = "", dataDir }: Config): DatabaseTarget<ServerDatabase> | string {
  return readDatabaseUrl(databaseUrl, dataDir, SERVER_DATABASES);
}
