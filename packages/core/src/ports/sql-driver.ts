import type { Awaitable } from "../awaitable.ts";
import { DataError } from "../errors.ts";

/**
 * The port to one SQL database.
 *
 * A driver moves statements and values; it knows no schema. Every value that goes in or out is one of `SqlValue`:
 * - integers come back as `number` while |n| ≤ 2^53−1, beyond that as `bigint`; D1 refuses those before they are sent;
 * - Postgres `boolean` as `boolean`, `numeric` as decimal text, `uuid` as lower-case text, `date` as `YYYY-MM-DD`,
 *   `timestamptz` as ISO 8601 in UTC with milliseconds and `Z`, `json`/`jsonb` as their JSON text;
 * - SQLite returns what the column stores.
 * Parameters are positional and numbered: `?1…?n` on SQLite, `$1…$n` on Postgres; a number may occur more than once.
 */
export type SqlValue = string | number | bigint | boolean | null | Uint8Array;

export interface SqlQuery {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** Rows of a read that take more than about this are an error, `too_many_bytes`, and do not stay in memory. */
  readonly maxBytes?: number | undefined;
  /** The most rows that a read with `maxBytes` may have, where that is known. */
  readonly maxRows?: number | undefined;
  /**
   * Whose read it is, where it may be slow. Drivers share their threads or connections between callers by it. Unset for
   * reads by key, and for those of the server itself.
   */
  readonly caller?: string | undefined;
}

export type SqlRow = Record<string, SqlValue>;

export interface SqlResult {
  /** Rows of a `select` or of a `returning` clause; empty otherwise. */
  rows: SqlRow[];
  /** Rows inserted, updated or deleted; for a `select`, the number of rows. */
  changes: number;
}

/** About how much memory a row's values take. */
export function rowBytes(row: SqlRow): number {
  let bytes = 0;
  for (const name in row) {
    const value = row[name];
    bytes += typeof value === "string" ? value.length : value instanceof Uint8Array ? value.byteLength : 8;
  }
  return bytes;
}

/** For drivers that receive all rows at once. */
export function requireBytes(rows: SqlRow[], { maxBytes }: SqlQuery): SqlRow[] {
  if (maxBytes === undefined) return rows;
  let bytes = 0;
  for (const row of rows) {
    bytes += rowBytes(row);
    if (bytes > maxBytes) throw new DataError("too_many_bytes");
  }
  return rows;
}

export interface SqlCapabilities {
  /** Parameters of one statement. The compiler splits or refuses before the engine does. D1: 100. */
  maxParameters: number;
  /** Columns of one table. D1: 100. */
  maxColumns: number;
  /** Statements of one batch. */
  maxBatch: number;
  /** Statements need a network round trip: prefer one batch to several calls. */
  remote: boolean;
  /** It ends every statement that may be slow at its own time limit, with the error `time_limit`. */
  timeLimited?: boolean;
  /** `set local statement_timeout` ends a statement. */
  statementTimeout?: boolean;
}

/** A statement that somebody wrote, who may see every row of the tables that it may name. */
export interface ConsoleStatement {
  /** One statement. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** Whether it may write. The database itself refuses it otherwise. */
  readonly writes: boolean;
  /** Its plan instead of its rows. */
  readonly explain: boolean;
  /** Runs with it, or not at all. */
  readonly record?: SqlQuery | undefined;
  /** Further rows, and rows beyond these bytes, are left out. */
  readonly maxRows: number;
  readonly maxBytes: number;
  /** After it the database works on the statement no longer. */
  readonly timeLimitMs: number;
}

export interface ConsoleRows {
  readonly columns: readonly string[];
  /** With the values of each row in the order of the columns. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** There are more. */
  readonly truncated: boolean;
  /** Rows inserted, updated or deleted. */
  readonly changes: number;
}

export interface SqlDriver {
  /** The adapter's name, for messages and the status page: `bun-sqlite`, `d1`, `postgres-js` … */
  readonly name: string;
  /** The dialect of its database: a folder of `packages/db/src/dialects`. */
  readonly dialect: string;
  readonly capabilities: SqlCapabilities;
  /** `request`: the connection may not outlive the request that opened it (sockets on Workers). */
  readonly lifetime: "process" | "request";
  /** The rows of one read; at once where the engine is in this process and the read is quick. Throws `DataError`. */
  all(query: SqlQuery): Awaitable<SqlRow[]>;
  /** One statement that writes; `rows` holds the result of `returning`. Throws `DataError`. */
  run(query: SqlQuery): Promise<SqlResult>;
  /**
   * All statements or none, in order, isolated from other writers; results in the same order.
   * This is the only atomic form the engine relies on. Throws `DataError`, with `statementIndex` where it is known.
   */
  batch(queries: readonly SqlQuery[]): Promise<SqlResult[]>;
  /**
   * Runs a statement that a dialect has checked, away from all others, and stops it in time. Throws `DataError`, whose cause has the
   * database's own message. Absent: it cannot, or the dialect does so by `batch`.
   */
  console?(statement: ConsoleStatement): Promise<ConsoleRows>;
  close?(): Promise<void>;
}

/** Whether the database answers: throws `DataError` where it does not. The only statement that has no table. */
export async function ping(driver: SqlDriver): Promise<void> {
  await driver.all({ sql: "select 1", params: [] });
}

const SELECT = /^\s*select\b/i;

/** Whether the statement only reads, so that it may be sent again if its answer is lost. */
export function isSelect(sql: string): boolean {
  return SELECT.test(sql);
}
