/** SQLite by the `node:sqlite` module: Node 24 and newer, Deno 2.9 and newer. */
import process from "node:process";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { type Bus, DataError, type SqlDriver, type SqlRow, type SqlValue } from "@plinth/core";
import { makeDatabaseFile } from "./database-file.ts";
import { sqliteFileBus } from "./file-bus.ts";
import { prepareConnection, type SqliteOptions, type SqliteStatement, sqliteDriver } from "./sqlite-driver.ts";
import { mapSqliteError } from "./sqlite-errors.ts";
import { narrowIntegers } from "./sqlite-integers.ts";

/**
 * One database file, or `:memory:`. The folder is created when it is missing.
 *
 * @example
 * const driver = nodeSqlite({ path: "data/plinth.db" });
 */
export function nodeSqlite(options: SqliteOptions): SqlDriver {
  const database = open(options);
  return sqliteDriver({
    name: "node-sqlite",
    path: options.path,
    prepare: (sql, wide) => (STAR.test(sql) ? freshStatement(database, sql, wide) : statementOf(database, sql, wide)),
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
  });
}

/** Wakes when another process has written to the file; see `file-bus.ts`. */
export function nodeSqliteBus(options: { path: string }): Bus {
  return sqliteFileBus(() => {
    const database = open(options);
    const statement = database.prepare("pragma data_version");
    return { version: () => Number(statement.get()!.data_version), close: () => database.close() };
  });
}

/** Loaded on demand: an older Node has no such module, and an import would end the whole program. */
function loadSqlite(): typeof import("node:sqlite") {
  // The function itself is absent in the oldest.
  const found = process.getBuiltinModule?.("node:sqlite");
  if (found) return found;
  throw new DataError("unavailable", {
    message: `SQLite needs Node 24 or newer; this is ${process.version}. Use a newer Node or another DATABASE_URL.`,
  });
}

function open({ path, synchronous }: SqliteOptions): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  try {
    makeDatabaseFile(path);
    const database = new DatabaseSync(path);
    prepareConnection((sql) => database.exec(sql), synchronous);
    return database;
  } catch (error) {
    throw mapSqliteError(error);
  }
}

function statementOf(database: DatabaseSync, sql: string, wide: boolean): SqliteStatement {
  const statement = database.prepare(sql);
  if (wide) statement.setReadBigInts(true);
  return {
    returns: statement.columns().length > 0,
    all(params) {
      if (wide) return narrowIntegers(statement.all(...bind(params)) as SqlRow[]);
      try {
        return statement.all(...bind(params)) as SqlRow[];
      } catch (error) {
        // An integer beyond 2^53 is an error here, never a rounded number.
        if ((error as { code?: unknown }).code === "ERR_OUT_OF_RANGE") return undefined;
        throw error;
      }
    },
    run: (params) => Number(statement.run(...bind(params)).changes),
  };
}

/** `select *`, `t.*`, `returning *`; not `count(*)`. */
const STAR = /(?:^|[\s,.])\*\s*(?:,|$|\b(?:from|where)\b)/i;

/**
 * Deno reads the column names of a cached statement before SQLite notices a schema change, so `*` would return the old
 * columns. Such statements are prepared again each time, after a read that refreshes the schema.
 */
function freshStatement(database: DatabaseSync, sql: string, wide: boolean): SqliteStatement {
  const fresh = () => {
    database.exec("select 1 from sqlite_schema limit 0");
    return statementOf(database, sql, wide);
  };
  return { returns: fresh().returns, all: (params) => fresh().all(params), run: (params) => fresh().run(params) };
}

/**
 * node:sqlite binds every number as a double, which would make `1` the text `1.0` in a text column or in JSON; and it
 * refuses booleans. Whole numbers are bound as integers, as on the other engines.
 */
function bind(params: readonly SqlValue[]): SQLInputValue[] {
  const bound = new Array<SQLInputValue>(params.length);
  for (let i = 0; i < params.length; i++) {
    const value = params[i] as SqlValue;
    if (typeof value === "number")
      bound[i] = Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
    else if (typeof value === "boolean") bound[i] = value ? 1n : 0n;
    else bound[i] = value;
  }
  return bound;
}
