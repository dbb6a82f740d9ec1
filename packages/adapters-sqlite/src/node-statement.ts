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
  const columns = statement.columns().map(({ name }) => name);
  let rowByRow: RowByRow | undefined;
  return {
    returns: columns.length > 0,
    all(params, maxBytes) {
      if (maxBytes !== undefined) {
        rowByRow ??= endsEarly(database) ? markedRows(database, sql, columns) : plainRows(database, sql);
        return rowByRow(boundByNode(params), maxBytes);
      }
      if (wide) return narrowIntegers(statement.all(...boundByNode(params)) as SqlRow[]);
      try {
        return statement.all(...boundByNode(params)) as SqlRow[];
      } catch (error) {
        // An integer beyond 2^53 is an error here, never a rounded number.
        if ((error as { code?: unknown }).code === "ERR_OUT_OF_RANGE") return undefined;
        throw error;
      }
    },
    run: (params) => Number(statement.run(...boundByNode(params)).changes),
  };
}

type RowByRow = (bound: SQLInputValue[], maxBytes: number) => SqlRow[];

/** Always wide: an integer beyond 2^53 would end the reading in the middle. */
function plainRows(database: DatabaseSync, sql: string): RowByRow {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return (bound, maxBytes) => narrowIntegers(collect(statement.iterate(...bound), maxBytes));
}

let early: boolean | undefined;

/** Deno ends a row by row read at an error as if there were no more rows. */
function endsEarly(database: DatabaseSync): boolean {
  if (early === undefined) {
    const failing = database.prepare(`select json(value) as one from json_each('["1","[","2"]')`).iterate();
    try {
      early = [...failing].length > 0;
    } catch {
      early = false;
    }
  }
  return early;
}

const END = `the end of the rows ${crypto.randomUUID()}`;

/**
 * The last row says that there was no error before it. Each column has a name of ours within the statement: SQLite takes
 * a column `true` of a subquery for the truth.
 */
function markedRows(database: DatabaseSync, sql: string, columns: readonly string[]): RowByRow {
  const inner = columns.map((_, i) => `c${i}`);
  const outer = columns.map((name, i) => `c${i} as "${name.replaceAll('"', '""')}"`);
  const mark = columns.map((_, i) => (i === 0 ? `'${END}'` : "null"));
  const read = plainRows(
    database,
    `with plinth_rows(${inner}) as (${sql}) select ${outer} from plinth_rows union all select ${mark}`,
  );
  return (bound, maxBytes) => {
    const rows = read(bound, maxBytes + END.length + 8 * columns.length);
    if (Object.values(rows.pop() ?? {})[0] === END) return rows;
    // The error itself is known only where all rows are read at once.
    const again = database.prepare(sql);
    again.setReadBigInts(true);
    again.all(...bound);
    throw new Error("disk I/O error: the rows ended early");
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
export function boundByNode(params: readonly SqlValue[]): SQLInputValue[] {
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
