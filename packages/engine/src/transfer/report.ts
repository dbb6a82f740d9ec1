import type { ErrorCode, PlinthError } from "@plinth/core";

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
  /** By row; the first ones, where there are many. */
  errors: RowError[];
  errors_truncated?: true;
  /** Fields in the file that only the server sets. */
  ignored_fields?: string[];
  /** The import ended before the file did: all rows before `row` are in or listed as errors. */
  stopped?: { row?: number; line?: number; error: { code: ErrorCode; message: string } };
  dry_run: boolean;
}

const MAX_ERRORS = 1000;

/** Counts exactly, and lists as much as an answer should hold. */
export class ImportReport {
  total = 0;
  inserted = 0;
  #stopped: ImportResult["stopped"];
  #failed = 0;
  readonly #errors: RowError[] = [];

  constructor(
    readonly dryRun: boolean,
    private readonly ignored: ReadonlySet<string>,
  ) {}

  fail({ row, line }: { row: number; line: number }, error: PlinthError): void {
    this.#failed++;
    if (this.#errors.length >= MAX_ERRORS) return;
    const { code, message, details } = error;
    this.#errors.push({ row, line, error: { code, message, ...(details?.field && { field: details.field }) } });
  }

  /** `at`: the first row that is not in, unless the error tells. */
  stop({ code, message, details }: PlinthError, at?: { row: number; line: number }): void {
    const { row, line } = at ?? ((details ?? {}) as { row?: number; line?: number });
    this.#stopped = {
      ...(row !== undefined && { row }),
      ...(line !== undefined && { line }),
      error: { code, message },
    };
    // What was read ahead and is not in does not count.
    this.total = this.inserted + this.#failed;
  }

  get progress(): ImportProgress {
    return { total: this.total, inserted: this.inserted, failed: this.#failed };
  }

  result(): ImportResult {
    return {
      ...this.progress,
      // A row that the database refuses is known later than the rows after it that were refused at sight.
      errors: this.#errors.sort((a, b) => a.row - b.row),
      ...(this.#failed > this.#errors.length && { errors_truncated: true as const }),
      ...(this.ignored.size > 0 && { ignored_fields: [...this.ignored] }),
      ...(this.#stopped && { stopped: this.#stopped }),
      dry_run: this.dryRun,
    };
  }
}
