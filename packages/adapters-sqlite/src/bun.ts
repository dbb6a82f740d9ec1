/** SQLite on Bun, by the `bun:sqlite` module. */
import { Database, type SQLQueryBindings } from "bun:sqlite";
import type { Bus, SqlDriver, SqlRow, SqlValue } from "@plinth/core";
import { makeDatabaseFile } from "./database-file.ts";
import { sqliteFileBus } from "./file-bus.ts";
import { prepareConnection, type SqliteOptions, type SqliteStatement, sqliteDriver } from "./sqlite-driver.ts";
import { mapSqliteError } from "./sqlite-errors.ts";
import { mayHaveLostDigits, narrowIntegers } from "./sqlite-integers.ts";

/**
 * One database file, or `:memory:`. The folder is created when it is missing.
 *
 * @example
 * const driver = bunSqlite({ path: "data/plinth.db" });
 */
export function bunSqlite(options: SqliteOptions): SqlDriver {
  const database = open(options);
  return sqliteDriver({
    name: "bun-sqlite",
    path: options.path,
    prepare: (sql, wide) => statementOf(database, sql, wide),
    exec: (sql) => database.run(sql),
    close: () => database.close(),
  });
}

/** Wakes when another process has written to the file; see `file-bus.ts`. */
export function bunSqliteBus(options: { path: string }): Bus {
  return sqliteFileBus(() => {
    const database = open(options);
    const statement = database.prepare<{ data_version: number }, []>("pragma data_version");
    return { version: () => statement.get()!.data_version, close: () => database.close() };
  });
}

function open({ path, synchronous }: SqliteOptions): Database {
  try {
    makeDatabaseFile(path);
    const database = new Database(path, { create: true, readwrite: true });
    prepareConnection((sql) => database.run(sql), synchronous);
    return database;
  } catch (error) {
    throw mapSqliteError(error);
  }
}

function statementOf(database: Database, sql: string, wide: boolean): SqliteStatement {
  const statement = database.prepare<SqlRow, SQLQueryBindings[]>(sql);
  if (wide) statement.safeIntegers(true);
  return {
    returns: statement.columnNames.length > 0,
    all(params) {
      const rows = statement.all(byPosition(params));
      if (wide) return narrowIntegers(rows);
      return mayHaveLostDigits(rows) ? undefined : rows;
    },
    run: (params) => Number(statement.run(byPosition(params)).changes),
    drop: () => statement.finalize(),
  };
}

/**
 * An array as the only argument is bound by position, which saves spreading it; the module's types do not declare it.
 */
const byPosition = (params: readonly SqlValue[]) => params as unknown as SQLQueryBindings;
