import type { ErrorCode } from "@plinth/core";

/** Every row read is inserted, updated, ignored, failed, or waiting for its batch. */
export interface ImportProgress {
  total: number;
  inserted: number;
  /** With `on_conflict`: rows of items that existed. */
  updated?: number;
  ignored?: number;
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
  /** Names in the file that are no fields, passed over by choice: the first 100. */
  skipped_fields?: string[];
  /** Fields that some of them may mean, by their names in the file. */
  did_you_mean?: Record<string, string>;
  /** The import ended before the file did: all rows before `row` are inserted or listed as errors. */
  stopped?: { row?: number; line?: number; error: { code: ErrorCode; message: string } };
  /**
   * With `on_conflict`, after an interruption: rows that were written when the server stopped, either inserted, updated
   * or ignored.
   */
  written?: number;
  dry_run: boolean;
}
