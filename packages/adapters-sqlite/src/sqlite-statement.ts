import type { SqlRow, SqlValue } from "@plinth/core";

export interface SqliteStatement {
  /** It returns rows: a `select`, or a write with `returning`. */
  readonly returns: boolean;
  /** Rows, or undefined when an integer did not fit a number and the statement must be read `wide`. */
  all(params: readonly SqlValue[]): SqlRow[] | undefined;
  /** Rows inserted, updated or deleted. */
  run(params: readonly SqlValue[]): number;
  drop?(): void;
}

/** `wide`: read integers without loss, at some cost; needed where a statement cannot be read again. */
export type Prepare = (sql: string, wide: boolean) => SqliteStatement;
