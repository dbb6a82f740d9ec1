import type { PlinthError } from "@plinth/core";
import type { ImportProgress, ImportResult, RowError } from "@plinth/formats";

const MAX_ERRORS = 1000;
/** Any database keeps them in one value, whatever they are made of. */
const MAX_ERROR_TEXT = 600_000;

/** What a report knew when all rows up to one were done. */
export interface ReportSnapshot {
  readonly row: number;
  readonly inserted: number;
  readonly ignored: readonly string[];
}

/** Counts exactly, and lists as much as an answer should hold. */
export class ImportReport {
  total = 0;
  inserted = 0;
  #stopped: ImportResult["stopped"];
  #failed = 0;
  #errors: RowError[] = [];

  constructor(
    readonly dryRun: boolean,
    private readonly ignored: Set<string>,
  ) {}

  /** Goes on from where another one was, which had come this far in the file. */
  restore({ inserted, ignored }: ReportSnapshot, errors: RowError[]): void {
    this.inserted = inserted;
    this.#failed = this.total - inserted;
    this.#errors = errors;
    for (const name of ignored) this.ignored.add(name);
  }

  /** `last`: all rows up to it are in or refused, `more` of them only now. */
  snapshot(last: number, more: number): { snapshot: ReportSnapshot; errors: RowError[] } {
    const errors = firstOf(this.#errors.filter(({ row }) => row <= last));
    return { snapshot: { row: last, inserted: this.inserted + more, ignored: [...this.ignored] }, errors };
  }

  fail({ row, line }: { row: number; line: number }, error: PlinthError): void {
    this.#failed++;
    const { code, message, details } = error;
    this.#errors.push({ row, line, error: { code, message, ...(details?.field && { field: details.field }) } });
    if (this.#errors.length >= 2 * MAX_ERRORS) this.#errors = firstOf(this.#errors);
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
    const errors = firstOf(this.#errors);
    return {
      ...this.progress,
      errors,
      ...(this.#failed > errors.length && { errors_truncated: true as const }),
      ...(this.ignored.size > 0 && { ignored_fields: [...this.ignored] }),
      ...(this.#stopped && { stopped: this.#stopped }),
      dry_run: this.dryRun,
    };
  }
}

/** By row: one that the database refuses is known later than the rows after it that were refused at sight. */
function firstOf(errors: readonly RowError[]): RowError[] {
  const first = [...errors].sort((a, b) => a.row - b.row).slice(0, MAX_ERRORS);
  let room = MAX_ERROR_TEXT;
  const end = first.findIndex((error) => {
    room -= JSON.stringify(error).length;
    return room < 0;
  });
  return end < 0 ? first : first.slice(0, end);
}
