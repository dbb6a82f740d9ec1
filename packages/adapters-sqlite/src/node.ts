/** SQLite by the `node:sqlite` module: Node 24 and newer, Deno 2.9 and newer. */
import process from "node:process";
import type { DatabaseSync } from "node:sqlite";
import { type Bus, DataError, type SqlDriver, type SqlRow } from "@plinth/core";
import { makeDatabaseFile } from "./database-file.ts";
import { openWithReserve } from "./disk-reserve.ts";
import { sqliteFileBus } from "./file-bus.ts";
import { boundByNode, nodeStatements } from "./node-statement.ts";
import { readThreads } from "./read-thread.ts";
import { serveStatement } from "./serve-statement.ts";
import { prepareConnection, type SqliteOptions, sqliteDriver } from "./sqlite-driver.ts";
import { statementConsole } from "./statement-process.ts";

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
    prepare: nodeStatements(database),
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    timeLimitMs: options.timeLimitMs,
    ...readThreads("node-reader", options),
    ...statementConsole(options),
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

/** The program of a process that runs one statement. */
export function serveNodeStatement(): Promise<void> {
  const { DatabaseSync } = loadSqlite();
  return serveStatement((path, writes) => {
    const database = new DatabaseSync(path, { readOnly: !writes });
    return {
      exec: (sql) => database.exec(sql),
      prepare(sql) {
        const statement = database.prepare(sql);
        statement.setReadBigInts(true);
        return {
          columns: statement.columns().map(({ name }) => name),
          iterate: (params) => statement.iterate(...boundByNode(params)) as Iterable<SqlRow>,
        };
      },
    };
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
  return openWithReserve(path, () => {
    makeDatabaseFile(path);
    const database = new DatabaseSync(path);
    prepareConnection((sql) => database.exec(sql), synchronous);
    return database;
  });
}
