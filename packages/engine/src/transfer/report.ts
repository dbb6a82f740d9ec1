import type { PlinthError } from "@plinth/core";
import type { ImportProgress, ImportResult, RowError, Shape } from "@plinth/formats";

const MAX_ERRORS = 1000;
/** Every database can store a value of this size, whatever characters it contains. */
const MAX_ERROR_TEXT = 600_000;

/** The counts of a report when all rows up to one were done. */
export interface ReportSnapshot {
  readonly row: number;
  readonly inserted: number;
  readonly updated?: number;
  readonly ignoredRows?: number;
  /** Rows of an upsert whose results were not known when this was stored. */
  readonly written?: number;
  readonly ignored: readonly string[];
}

/** Counts exactly, and lists as many errors as an answer should contain. */
export class ImportReport {
  total = 0;
  inserted = 0;
  updated = 0;
  ignoredRows = 0;
  #written = 0;
  #stopped: ImportResult["stopped"];
  #failed = 0;
  #errors: RowError[] = [];

  constructor(
    readonly dryRun: boolean,
    private readonly names: Pick<Shape, "ignored" | "skipped" | "meant">,
    /** Rows may update existing items. */
    private readonly upsert: boolean,
  ) {}

  /** Rows that are stored or were there. */
  get done(): number {
    return this.inserted + this.updated + this.ignoredRows + this.#written;
  }

  /** Continues from an earlier report at this row. */
  restore({ inserted, updated = 0, ignoredRows = 0, written = 0, ignored }: ReportSnapshot, errors: RowError[]): void {
    this.inserted = inserted;
    this.updated = updated;
    this.ignoredRows = ignoredRows;
    this.#written = written;
    this.#failed = this.total - this.done;
    this.#errors = errors;
    for (const name of ignored) this.names.ignored.add(name);
  }

  /** `last`: all rows up to it are imported or refused. `more`: how many of them are imported only now. */
  snapshot(last: number, more: number): { snapshot: ReportSnapshot; errors: RowError[] } {
    const errors = firstOf(this.#errors.filter(({ row }) => row <= last));
    const { inserted, updated, ignoredRows } = this;
    const ignored = [...this.names.ignored];
    const snapshot = this.upsert
      ? { row: last, inserted, updated, ignoredRows, written: this.#written + more, ignored }
      : { row: last, inserted: inserted + more, ignored };
    return { snapshot, errors };
  }

  fail({ row, line }: { row: number; line: number }, error: PlinthError): void {
    this.#failed++;
    const { code, message, details } = error;
    this.#errors.push({ row, line, error: { code, message, ...(details?.field && { field: details.field }) } });
    if (this.#errors.length >= 2 * MAX_ERRORS) this.#errors = firstOf(this.#errors);
  }

  /** `at`: the first row that was not imported, unless the error contains it. */
  stop({ code, message, details }: PlinthError, at?: { row: number; line: number }): void {
    const { row, line } = at ?? ((details ?? {}) as { row?: number; line?: number });
    this.#stopped = {
      ...(row !== undefined && { row }),
      ...(line !== undefined && { line }),
      error: { code, message },
    };
    // Rows that were read ahead but not imported do not count.
    this.total = this.done + this.#failed;
  }

  get progress(): ImportProgress {
    const { total, inserted, updated, ignoredRows: ignored } = this;
    return { total, inserted, ...(this.upsert && { updated, ignored }), failed: this.#failed };
  }

  result(): ImportResult {
    const { ignored, skipped, meant } = this.names;
    const errors = firstOf(this.#errors);
    return {
      ...this.progress,
      ...(this.#written > 0 && { written: this.#written }),
      errors,
      ...(this.#failed > errors.length && { errors_truncated: true as const }),
      ...(ignored.size > 0 && { ignored_fields: [...ignored] }),
      ...(skipped.size > 0 && { skipped_fields: [...skipped] }),
      ...(meant.size > 0 && { did_you_mean: Object.fromEntries(meant) }),
      ...(this.#stopped && { stopped: this.#stopped }),
      dry_run: this.dryRun,
    };
  }
}

/** Sorted by row: database errors are known later than the validation errors of the rows after them. */
function firstOf(errors: readonly RowError[]): RowError[] {
  const first = [...errors].sort((a, b) => a.row - b.row).slice(0, MAX_ERRORS);
  let remaining = MAX_ERROR_TEXT;
  const end = first.findIndex((error) => {
    remaining -= JSON.stringify(error).length;
    return remaining < 0;
  });
  return end < 0 ? first : first.slice(0, end);
}
