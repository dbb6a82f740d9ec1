import type { ErrorCode, PlinthError } from "@plinth/core";
import type { ImportProgress } from "./import.ts";

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
  /** The import ended before the file did: `row` is the first that was not looked at, where it is known. */
  stopped?: { row?: number; line?: number; error: { code: ErrorCode; message: string } };
  dry_run: boolean;
}

const MAX_ERRORS = 1000;

/** Counts exactly, and lists as much as an answer should hold. */
export class ImportReport {
  total = 0;
  inserted = 0;
  stopped: PlinthError | undefined;
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

  get progress(): ImportProgress {
    return { total: this.total, inserted: this.inserted, failed: this.#failed };
  }

  result(): ImportResult {
    const { stopped } = this;
    return {
      ...this.progress,
      // A row that the database refuses is known later than the rows after it that were refused at sight.
      errors: this.#errors.sort((a, b) => a.row - b.row),
      ...(this.#failed > this.#errors.length && { errors_truncated: true as const }),
      ...(this.ignored.size > 0 && { ignored_fields: [...this.ignored] }),
      ...(stopped && { stopped: stoppedAt(stopped) }),
      dry_run: this.dryRun,
    };
  }
}

function stoppedAt({ code, message, details }: PlinthError): ImportResult["stopped"] {
  const { row, line } = (details ?? {}) as { row?: number; line?: number };
  return { ...(row !== undefined && { row }), ...(line !== undefined && { line }), error: { code, message } };
}
