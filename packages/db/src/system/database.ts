import type { SqlDriver, SqlQuery, SqlValue } from "@plinth/core";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";
import { SQLiteRemoteSession, SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import { dialectOf } from "../dialects/index.ts";
import type * as schema from "./schema.ts";

export type SystemDatabase = SqliteRemoteDatabase<typeof schema>;

const databases = new WeakMap<SqlDriver, SystemDatabase>();

/**
 * drizzle over the driver port. The tables' SQL is common to SQLite and Postgres, so one builder serves both; only the
 * placeholders differ. Select explicit columns when joining: rows are keyed by column name.
 */
export function systemDatabase(driver: SqlDriver): SystemDatabase {
  let database = databases.get(driver);
  if (!database) {
    const dialect = new SQLiteAsyncDialect({});
    dialect.escapeParam = (n) => dialectOf(driver).placeholder(n + 1);
    const execute = async (sql: string, params: unknown[]) => {
      const { rows } = await driver.run({ sql, params: params as SqlValue[] });
      return { rows: rows.map((row) => Object.values(row)) };
    };
    const callback = async (sql: string, params: unknown[], method: string) => {
      const { rows } = await execute(sql, params);
      return method === "get" ? { rows: rows[0] as unknown as unknown[] } : { rows };
    };
    const session = new SQLiteRemoteSession(callback as never, dialect, undefined, undefined as never);
    database = new SqliteRemoteDatabase("async", dialect, session, undefined) as unknown as SystemDatabase;
    databases.set(driver, database);
  }
  return database;
}

/** A drizzle statement in the form of the driver's batch. */
export function toQuery(statement: { toSQL(): { sql: string; params: unknown[] } }): SqlQuery {
  return statement.toSQL() as SqlQuery;
}
