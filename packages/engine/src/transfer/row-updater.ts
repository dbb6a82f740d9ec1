import { type Collection, invalid, PlinthError, plural } from "@plinth/core";
import type { RawRecord } from "@plinth/formats";
import type { RequestContext } from "../kernel/engine.ts";
import { changeEach, outrun, type PreparedRowChange, prepareRowChange } from "../write/change-each.ts";
import { commitBatch, replayableResult } from "../write/write-batch.ts";
import type { Checkpoint, Digest } from "./checkpoint.ts";
import type { ImportReport } from "./report.ts";
import type { RowReader } from "./row-reader.ts";

/** They are written by one batch, for which other writers wait. */
const MAX_ROWS = 5000;
const MAX_BYTES = 16_000_000;

/** Collects all rows of a file, and changes their items together: all of them, or none. */
export class RowUpdater {
  readonly #changes: PreparedRowChange[] = [];
  /** The rows by the ids of their items. */
  readonly #rows = new Map<string, number>();
  #bytes = 0;
  #digest: Digest | undefined;

  constructor(
    private readonly ctx: RequestContext,
    private readonly collection: Collection,
    private readonly reader: RowReader,
    private readonly report: ImportReport,
    private readonly checkpoint: Checkpoint | undefined,
  ) {}

  async addAll(records: readonly RawRecord[]): Promise<void> {
    const rows = this.reader.read(records);
    await this.reader.look(rows);
    for (const row of rows) {
      this.#bytes += row.bytes;
      this.#digest = row.digest;
      const change = this.reader.checked(row.record, () => {
        const prepared = prepareRowChange(this.ctx, this.collection, row.record.row, this.reader.bodyOf(row));
        this.#requireFirst(prepared);
        return prepared;
      });
      if (change) this.#changes.push(change);
    }
    this.#requireRoom();
  }

  #requireFirst({ id, row }: PreparedRowChange): void {
    const first = this.#rows.get(id);
    if (first !== undefined) throw invalid("id", `row ${first} changes the same item`);
    this.#rows.set(id, row);
  }

  #requireRoom(): void {
    const isOver = this.#changes.length > MAX_ROWS || this.#bytes > MAX_BYTES;
    if (!isOver) return;
    const message = `body: mode=update takes at most ${MAX_ROWS} rows and ${MAX_BYTES / 1_000_000} MB; send the file in parts.`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "body", max_rows: MAX_ROWS, max_bytes: MAX_BYTES });
  }

  async flush(): Promise<void> {
    const changes = this.#changes;
    if (this.report.dryRun) {
      const error = await outrun(this.ctx, this.collection, changes);
      if (error) throw error;
      return;
    }
    this.#requireAllRead();
    if (changes.length === 0) return;
    const { checkpoint } = this;
    const last = changes.at(-1)!.row;
    if (checkpoint) await checkpoint.writing(last, this.#digest!, changes.length, (marking) => this.#write(marking));
    else await this.#write(this.ctx);
    this.report.updated += changes.length;
  }

  /** One row that is refused refuses all. */
  #requireAllRead(): void {
    const { failed, errors } = this.report.result();
    const [first] = errors;
    if (!first) return;
    const refused = `${failed} ${plural(failed, "row was", "rows were")} refused, so nothing was written.`;
    throw new PlinthError(first.error.code, `${refused} Row ${first.row}: ${first.error.message}`, {
      ...(first.error.field !== undefined && { field: first.error.field }),
      ...{ row: first.row, failed, errors: errors.slice(0, MAX_NAMED) },
    });
  }

  async #write(ctx: RequestContext): Promise<void> {
    const step = changeEach(ctx, this.collection, this.#changes);
    await commitBatch(ctx, { steps: [step], replay: () => replayableResult(false, {}) });
  }

  /** Nothing was written. */
  async stop(error: unknown): Promise<never> {
    throw error;
  }
}

/** Rows that an error names. */
const MAX_NAMED = 100;
