import type { ErrorCode } from "@plinth/core";

/** Every row read is inserted, failed, or still waiting for its chunk. */
export interface ImportProgress {
  total: number;
  inserted: number;
  failed: number;
}

export interface RowError {
  /** The row of data, from 1. */
  row: number;
  /** The line of the file that it begins on, from 1. */
  line: number;
  error: { code: ErrorCode; message: string; field?: string };
}

export interface ImportResult extends ImportProgress {
  /** By row; the first ones, where there are many or they take much room. */
  errors: RowError[];
  errors_truncated?: true;
  /** Fields in the file that only the server sets. */
  ignored_fields?: string[];
  /** The import ended before the file did: all rows before `row` are in or listed as errors. */
  stopped?: { row?: number; line?: number; error: { code: ErrorCode; message: string } };
  dry_run: boolean;
}
