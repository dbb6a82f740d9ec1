import type { SqlRow, SqlValue } from "@plinth/core";

export interface SqliteStatement {
  /** It returns rows: a `select`, or a write with `returning`. */
  readonly returns: boolean;
  /**
   * Rows, or undefined when an integer did not fit a number and the statement must be read `wide`. Reading ends with an
   * error when the rows take more than `maxBytes`.
   */
  all(params: readonly SqlValue[], maxBytes?: number): SqlRow[] | undefined;
  /** Rows inserted, updated or deleted. */
  run(params: readonly SqlValue[]): number;
  drop?(): void;
}

/** `wide`: read integers without loss, at some cost; needed where a statement cannot be read again. */
export type Prepare = (sql: string, wide: boolean) => SqliteStatement;

/** Of rows that take more memory than their reader allows. The text is what a thread can pass on. */
export const TOO_MANY_BYTES = "the rows take more bytes than allowed";

/**
 * The rows of a running statement. It is ended also where reading a row fails, which a loop would not do: an open
 * statement locks its database against changes of the schema.
 */
export function collect(running: IterableIterator<unknown>, maxBytes: number): SqlRow[] {
  const rows: SqlRow[] = [];
  let bytes = 0;
  try {
    for (const row of running as IterableIterator<SqlRow>) {
      bytes += bytesOfRow(row);
      if (bytes > maxBytes) throw new Error(TOO_MANY_BYTES);
      rows.push(row);
    }
    return rows;
  } catch (error) {
    running.return?.();
    throw error;
  }
}

/** As `rowBytes` of the core, which a thread does not load. */
export function bytesOfRow(row: SqlRow): number {
  let bytes = 0;
  for (const name in row) {
    const value = row[name];
    bytes += typeof value === "string" ? value.length : value instanceof Uint8Array ? value.byteLength : 8;
  }
  return bytes;
}
