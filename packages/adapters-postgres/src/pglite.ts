/** Postgres inside this process, by PGlite: for one machine or for tests. The package is large, so it is loaded on first use. */
import type { PGlite, Results, SerializerOptions, Transaction } from "@electric-sql/pglite";
import type { SqlDriver, SqlQuery, SqlResult, SqlRow } from "@plinth/core";
import { DataError, requireBytes } from "@plinth/core";
import { lockFolder } from "./folder-lock.ts";
import { mapPgError } from "./pg-errors.ts";
import { encodePgParams, PG_DECODERS, PG_OID } from "./pg-values.ts";

/** `data`: what the database in memory begins with, as PGlite's `dumpDataDir` gives it. */
export type PgliteOptions = { path: string } | { memory: true; data?: () => Promise<Blob> };

/**
 * A folder of data files, or `:memory:`. One process at a time may open a folder; a second one is refused.
 *
 * @example
 * const driver = pglite({ path: "data/pglite" });
 */
export function pglite(options: PgliteOptions): SqlDriver {
  let opening: Promise<Opened> | undefined;
  let closed = false;

  async function database(): Promise<PGlite> {
    if (closed) throw new DataError("unavailable", { message: "the database driver is closed" });
    opening ??= open(options).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    const opened = await opening;
    opened.require();
    return opened.database;
  }

  async function execute(query: SqlQuery): Promise<SqlResult> {
    try {
      return await send(await database(), query);
    } catch (error) {
      throw mapPgError(error);
    }
  }

  async function batch(queries: readonly SqlQuery[]): Promise<SqlResult[]> {
    if (queries.length === 0) return [];
    let index: number | undefined;
    try {
      return await (await database()).transaction(async (transaction) => {
        const results: SqlResult[] = [];
        for (index = 0; index < queries.length; index++) results.push(await send(transaction, queries[index]!));
        index = undefined;
        return results;
      });
    } catch (error) {
      throw mapPgError(error, index);
    }
  }

  return {
    name: "pglite",
    dialect: "postgres",
    capabilities: {
      maxParameters: 32_767,
      maxColumns: 1600,
      maxBatch: 10_000,
      remote: false,
    },
    lifetime: "process",
    all: async (query) => requireBytes((await execute(query)).rows, query),
    run: execute,
    batch,
    async close() {
      if (closed) return;
      closed = true;
      await (await opening)?.close();
    },
  };
}

interface Opened {
  database: PGlite;
  /** Throws if its files are gone: the engine would go on without them. */
  require(): void;
  close(): Promise<void>;
}

async function open(options: PgliteOptions): Promise<Opened> {
  const folder = "memory" in options || options.path === ":memory:" ? undefined : options.path;
  // Two processes would each overwrite what the other has written.
  const lock = folder === undefined ? { require() {}, unlock() {} } : lockFolder(folder);
  try {
    const database = await load(folder, "data" in options ? await options.data?.() : undefined);
    return { database, require: lock.require, close: () => database.close().finally(lock.unlock) };
  } catch (error) {
    lock.unlock();
    throw error;
  }
}

async function load(dataDir: string | undefined, data: Blob | undefined): Promise<PGlite> {
  const { PGlite } = await import("@electric-sql/pglite");
  const database = new PGlite({
    ...(dataDir !== undefined && { dataDir }),
    ...(data && { loadDataDir: data }),
    parsers: PARSERS,
    serializers: SERIALIZERS,
  });
  await database.waitReady;
  await database.exec("set time zone 'UTC'; set datestyle to 'ISO, MDY'");
  return database;
}

async function send(target: PGlite | Transaction, query: SqlQuery): Promise<SqlResult> {
  const result: Results<SqlRow> = await target.query<SqlRow>(query.sql, encodePgParams(query.params));
  return { rows: result.rows, changes: result.affectedRows || result.rows.length };
}

const asText = (text: string) => text;

/** PGlite would make Dates, objects and Buffers of these. */
const PLAIN = [PG_OID.bool, PG_OID.bytea, PG_OID.json, PG_OID.jsonb, PG_OID.date, ...PG_DECODERS.keys()];
const PARSERS = Object.fromEntries(PLAIN.map((oid) => [oid, PG_DECODERS.get(oid) ?? asText]));
const SERIALIZERS: SerializerOptions = Object.fromEntries(PLAIN.map((oid) => [oid, asText]));
