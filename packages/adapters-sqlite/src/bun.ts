/** SQLite on Bun, by the `bun:sqlite` module. */
import { Database, type SQLQueryBindings } from "bun:sqlite";
import type { Bus, SqlDriver, SqlRow } from "@plinth/core";
import { bunStatements } from "./bun-statement.ts";
import { makeDatabaseFile } from "./database-file.ts";
import { openWithReserve } from "./disk-reserve.ts";
import { sqliteFileBus } from "./file-bus.ts";
import { readThreads } from "./read-thread.ts";
import { serveStatement } from "./serve-statement.ts";
import { prepareConnection, type SqliteOptions, sqliteDriver } from "./sqlite-driver.ts";
import { statementConsole } from "./statement-process.ts";

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
    prepare: bunStatements(database),
    exec: (sql) => database.run(sql),
    close: () => database.close(),
    timeLimitMs: options.timeLimitMs,
    ...readThreads("bun-reader", options),
    ...statementConsole(options),
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

/** The program of a process that runs one statement. */
export function serveBunStatement(): Promise<void> {
  return serveStatement((path, writes) => {
    const database = new Database(path, writes ? { readwrite: true } : { readonly: true });
    return {
      exec: (sql) => database.run(sql),
      prepare(sql) {
        const statement = database.prepare<SqlRow, SQLQueryBindings[]>(sql);
        statement.safeIntegers(true);
        return {
          columns: statement.columnNames,
          iterate: (params) => statement.iterate(...(params as SQLQueryBindings[])),
        };
      },
    };
  });
}

function open({ path, synchronous }: SqliteOptions): Database {
  return openWithReserve(path, () => {
    makeDatabaseFile(path);
    const database = new Database(path, { create: true, readwrite: true });
    prepareConnection((sql) => database.run(sql), synchronous);
    return database;
  });
}
