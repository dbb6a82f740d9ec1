import {
  type Collection,
  DataError,
  type DataErrorKind,
  type ErrorCode,
  invalid,
  isReference,
  type JsonObject,
  PlinthError,
  usesRelations,
} from "@plinth/core";
import type { RawRecord } from "@plinth/formats";
import type { RequestContext } from "../kernel/engine.ts";
import { isTakenOver } from "../kernel/idempotency-lock.ts";
import { type PreparedUpsert, prepareUpsert, type UpsertOptions, upsertPrepared } from "../write/upsert.ts";
import { insertPrepared, type PreparedCreate, prepareCreate } from "../write/write.ts";
import { commitBatch, replayableResult } from "../write/write-batch.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { ImportReport } from "./report.ts";
import type { ImportRow, RowPlace, RowReader } from "./row-reader.ts";

const MAX_CHUNK_ROWS = 500;
const MAX_CHUNK_BYTES = 4_000_000;
/** The guard of the idempotency key, its checkpoint, and the lock of its row. */
const MARK_STATEMENTS = 3;

/** Errors that concern one row; the other rows of its chunk can still be imported. */
const ROW_FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "VALIDATION",
  "UNIQUE_VIOLATION",
  "REFERENCE_NOT_FOUND",
  "LIMIT_EXCEEDED",
  "FORBIDDEN",
  "UNAUTHORIZED",
]);

interface PendingRow extends Omit<ImportRow, "body"> {
  readonly prepared: PreparedCreate;
}

/** Collects rows into chunks, and writes each chunk in one batch. */
export class Importer {
  #pending: PendingRow[] = [];
  #statements = 0;
  #bytes = 0;
  /** Guards of a chunk: two for each relation, of access and of limits. */
  readonly #references: number;
  /** The first row that the database could not store. */
  #notIn: RowPlace | undefined;

  constructor(
    private readonly ctx: RequestContext,
    private readonly collection: Collection,
    private readonly reader: RowReader,
    private readonly report: ImportReport,
    private readonly checkpoint: Checkpoint | undefined,
    private readonly upsert: UpsertOptions | undefined,
  ) {
    this.#references = 2 * collection.fields.filter(isReference).length;
  }

  async addAll(records: readonly RawRecord[]): Promise<void> {
    const rows = this.reader.read(records);
    const looksUp = await this.reader.look(rows);
    for (const row of rows) {
      if (looksUp && this.#mayFollow(row)) await this.#findAfterFlush(row);
      this.#prepare(row);
      if (this.#isFull()) await this.flush();
    }
  }

  /** Whether a row may refer to an earlier row of the file that waits for its batch. */
  #mayFollow(row: ImportRow): boolean {
    return this.#pending.length > 0 && this.reader.lacks(row);
  }

  async #findAfterFlush(row: ImportRow): Promise<void> {
    await this.flush();
    await this.reader.find([row]);
  }

  #prepare(row: ImportRow): void {
    const { ctx, collection, upsert } = this;
    const { body: given, ...rest } = row;
    const prepared = this.reader.checked(row.record, () => {
      const body = this.reader.bodyOf(row);
      if (!upsert) return prepareCreate(ctx, collection, body, "", { stored: true });
      const one = prepareUpsert(ctx, collection, body, upsert, 0);
      requireKey(one, given, upsert);
      return one;
    });
    if (!prepared || this.report.dryRun) return;
    this.#pending.push({ ...rest, prepared });
    // A row is one statement at most. A rule that uses relations adds a guard, and so may a rule of an update.
    this.#statements += upsert || usesRelations(prepared.policy.check) ? 2 : 1;
    this.#bytes += row.bytes;
  }

  #isFull(): boolean {
    const { maxInsertRows } = this.ctx.source(this.collection).store.capabilities;
    const most = maxInsertRows - (this.checkpoint ? MARK_STATEMENTS : 0);
    const further = 2 + this.#references;
    return (
      this.#pending.length >= MAX_CHUNK_ROWS || this.#statements + further > most || this.#bytes >= MAX_CHUNK_BYTES
    );
  }

  async flush(): Promise<void> {
    const rows = this.#pending;
    this.#pending = [];
    this.#statements = 0;
    this.#bytes = 0;
    if (rows.length > 0) await this.#insert(rows);
  }

  /** A refused chunk is halved until the invalid rows are alone. Of two equal rows, the first one is imported. */
  async #insert(rows: readonly PendingRow[]): Promise<void> {
    try {
      await this.#write(rows);
    } catch (error) {
      if (rows.length > 1 && mayBeOneRow(error)) {
        const middle = rows.length >> 1;
        await this.#insert(rows.slice(0, middle));
        await this.#insert(rows.slice(middle));
      } else if (error instanceof PlinthError && ROW_FAULTS.has(error.code)) this.report.fail(rows[0]!.record, error);
      else {
        this.#notIn = rows[0]!.record;
        throw error;
      }
    }
  }

  async #write(rows: readonly PendingRow[]): Promise<void> {
    const { checkpoint } = this;
    if (!checkpoint) return this.#store(this.ctx, rows);
    const { record, digest } = rows.at(-1)!;
    await checkpoint.writing(record.row, digest!, rows.length, (marking) => this.#store(marking, rows));
  }

  async #store(ctx: RequestContext, rows: readonly PendingRow[]): Promise<void> {
    const { collection, upsert, report } = this;
    const prepared = rows.map((row) => row.prepared);
    if (!upsert) {
      await insertPrepared(ctx, collection, prepared);
      report.inserted += rows.length;
      return;
    }
    const { steps, resultsIn } = upsertPrepared(ctx, collection, prepared as PreparedUpsert[], upsert);
    const results = resultsIn(await commitBatch(ctx, { steps, replay: () => replayableResult(false, {}) }));
    for (const result of results) {
      if (result === "inserted") report.inserted++;
      else if (result === "updated") report.updated++;
      else report.ignoredRows++;
    }
  }

  /**
   * The file or the database failed. If nothing was written yet, the error is the answer to the whole request. If
   * another request with the key is running, its error is the answer.
   */
  async stop(error: unknown): Promise<void> {
    const { report, ctx, collection } = this;
    if (report.done === 0) throw error;
    let cause = error;
    // If a file ends early, the complete rows before the end are valid.
    if (!this.#notIn) await this.flush().catch((failure: unknown) => (cause = failure));
    if (isTakenOver(cause)) throw cause;
    if (cause instanceof PlinthError) return report.stop(cause, this.#notIn);
    // A client that disconnects during the import is not a server error.
    ctx.engine.log[this.#notIn ? "error" : "warn"]("import stopped", { collection: collection.slug, error: cause });
    report.stop(new PlinthError("INTERNAL"), this.#notIn);
  }
}

/** Null equals nothing: a row without its key would be a new item each time the file is imported. */
function requireKey({ row }: PreparedUpsert, body: JsonObject, { fields }: UpsertOptions): void {
  // An id is made for every row, so only the file's own one is a key.
  const missing = fields.find((name) => (name === "id" ? (body.id ?? null) : row[name]) === null);
  if (missing === undefined) return;
  throw invalid(missing, "a row needs a value here, because on_conflict finds its item by it");
}

/** The database's refusals of one row. After any other error, the chunk may be stored, or may fail again in any part. */
const ROW_REFUSALS: ReadonlySet<DataErrorKind> = new Set<DataErrorKind>([
  "unique",
  "foreign_key",
  "not_null",
  "check",
  "too_large",
  "guard",
]);

function mayBeOneRow(error: unknown): boolean {
  if (error instanceof PlinthError) return ROW_FAULTS.has(error.code);
  return error instanceof DataError && ROW_REFUSALS.has(error.kind);
}
