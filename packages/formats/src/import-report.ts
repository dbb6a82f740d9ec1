import type { ErrorCode } from "@plinth/core";

/** Every row read is inserted, failed, or waiting for its batch. */
export interface ImportProgress {
  total: number;
  inserted: number;
  failed: number;
}

export interface RowError {
  /** The row of data, from 1. */
  row: number;
  /** The line of the file where it begins, from 1. */
  line: number;
  error: { code: ErrorCode; message: string; field?: string };
}

export interface ImportResult extends ImportProgress {
  /** By row; only the first ones, if there are many or they are long. */
  errors: RowError[];
  errors_truncated?: true;
  /** Fields in the file that only the server sets. */
  ignored_fields?: string[];
  /** The import ended before the file did: all rows before `row` are inserted or listed as errors. */
  stopped?: { row?: number; line?: number; error: { code: ErrorCode; message: string } };
  dry_run: boolean;
}
