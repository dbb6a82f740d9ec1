import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { SqlRow, SqlValue } from "@plinth/core";
import { narrowIntegers } from "./sqlite-integers.ts";
import { collect, type Prepare, type SqliteStatement } from "./sqlite-statement.ts";

export function nodeStatements(database: DatabaseSync): Prepare {
  return (sql, wide) => (STAR.test(sql) ? freshStatement(database, sql, wide) : statementOf(database, sql, wide));
}

function statementOf(database: DatabaseSync, sql: string, wide: boolean): SqliteStatement {
  const statement = database.prepare(sql);
  if (wide) statement.setReadBigInts(true);
  /** Always wide: where an integer is beyond 2^53, Deno ends a row by row read without an error. */
  const within = (params: readonly SqlValue[], maxBytes: number): SqlRow[] => {
    if (!wide) statement.setReadBigInts(true);
    try {
      return narrowIntegers(collect(statement.iterate(...bind(params)), maxBytes));
    } finally {
      if (!wide) statement.setReadBigInts(false);
    }
  };
  return {
    returns: statement.columns().length > 0,
    all(params, maxBytes) {
      if (maxBytes !== undefined) return within(params, maxBytes);
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
  return {
    returns: fresh().returns,
    all: (params, maxBytes) => fresh().all(params, maxBytes),
    run: (params) => fresh().run(params),
  };
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
