import { type Collection, DataError, type ErrorCode, isReference, PlinthError, usesRelations } from "@plinth/core";
import type { ImportProgress, ImportResult } from "@plinth/formats";
import {
  type ByteSource,
  type FieldMap,
  type Format,
  type OpenFile,
  openFile,
  type RawRecord,
  type Shape,
  shapeFor,
  withNamedColumns,
} from "@plinth/formats";
import { reportableNames } from "../access/write-input.ts";
import { requireWriteAccess } from "../access/write-policy.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { isTakenOver } from "../kernel/idempotency-lock.ts";
import { insertPrepared, type PreparedCreate, prepareCreate } from "../write/write.ts";
import { Checkpoint, type Digest } from "./checkpoint.ts";
import { ImportReport } from "./report.ts";

export interface ImportOptions {
  readonly format: Format;
  /** Checks every row and writes nothing. What only the database knows (unique values, references) is not checked. */
  readonly dryRun?: boolean;
  readonly map?: FieldMap;
  /** Converts JSON values to the fields' types, as CSV cells always are. */
  readonly convert?: boolean;
}

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

/**
 * Imports a file's rows into a collection as they arrive, each under the caller's own create rules, and reports every
 * refused row. Not atomic as a whole: valid rows are imported. If it throws, nothing was written. A later failure ends
 * the import, and the report says where it stopped. With an idempotency key, it continues after the last row of an
 * earlier request with the same key and file, and reports both as one.
 */
export async function importItems(
  ctx: RequestContext,
  slug: string,
  source: ByteSource,
  options: ImportOptions,
  onProgress?: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  const collection = collectionOf(ctx, slug);
  requireWriteAccess(ctx.catalog, ctx.principal, collection, "create", []);
  const { map = {}, convert = false } = options;
  const file = withNamedColumns(await openFile(options.format, source, convert), map);
  const { principal } = ctx;
  const names = reportableNames(ctx.catalog, principal, collection, "create");
  const shape = shapeFor({ collection, principal, names, map, convert, columns: file.columns });
  const report = new ImportReport(options.dryRun ?? false, shape.ignored);
  const checkpoint = ctx.lock && new Checkpoint(ctx, ctx.lock, report, file);
  const importer = new Importer(ctx, collection, shape, file, report, checkpoint);
  try {
    for await (const batch of file.batches) {
      for (const record of batch) await importer.add(record);
      await checkpoint?.renew();
      if (!checkpoint?.isBehind) onProgress?.(report.progress);
    }
    checkpoint?.requirePassed();
    await importer.flush();
  } catch (error) {
    await importer.stop(error);
  }
  const result = report.result();
  // A stopped import may continue when the request is sent again.
  if (!result.stopped) await checkpoint?.end(result);
  return result;
}

interface Pending {
  record: Pick<RawRecord, "row" | "line">;
  prepared: PreparedCreate;
  /** The digest of the file up to here, where it is needed. */
  digest: Digest | undefined;
}

class Importer {
  #pending: Pending[] = [];
  #statements = 0;
  #bytes = 0;
  /** Guards of a chunk: one for each relation. */
  readonly #references: number;
  /** The first row that the database could not store. */
  #notIn: Pending["record"] | undefined;

  constructor(
    private readonly ctx: RequestContext,
    private readonly collection: Collection,
    private readonly shape: Shape,
    private readonly file: OpenFile,
    private readonly report: ImportReport,
    private readonly checkpoint: Checkpoint | undefined,
  ) {
    this.#references = collection.fields.filter(isReference).length;
  }

  /** Waits only when a chunk is full. */
  add(record: RawRecord): Promise<void> | undefined {
    const { ctx, collection, checkpoint } = this;
    this.report.total++;
    if (checkpoint?.passes(record)) return undefined;
    let prepared: PreparedCreate;
    try {
      prepared = prepareCreate(ctx, collection, this.shape.body(this.file.parse(record)), "");
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      this.report.fail(record, error);
      return undefined;
    }
    if (this.report.dryRun) return undefined;
    const { row, line, bytes } = record;
    this.#pending.push({ record: { row, line }, prepared, digest: checkpoint?.digest });
    // A row is one statement at most. A rule that uses relations adds a guard.
    this.#statements += usesRelations(prepared.policy.check) ? 2 : 1;
    this.#bytes += bytes.byteLength;
    return this.#isFull() ? this.flush() : undefined;
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
  async #insert(rows: readonly Pending[]): Promise<void> {
    try {
      await this.#write(rows);
      this.report.inserted += rows.length;
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

  #write(rows: readonly Pending[]): Promise<void> {
    const { ctx, collection, checkpoint } = this;
    const prepared = rows.map((row) => row.prepared);
    if (!checkpoint) return insertPrepared(ctx, collection, prepared);
    const { record, digest } = rows.at(-1)!;
    return checkpoint.writing(record.row, digest!, rows.length, (marking) =>
      insertPrepared(marking, collection, prepared),
    );
  }

  /**
   * The file or the database failed. If nothing was written yet, the error is the answer to the whole request. If
   * another request with the key is running, its error is the answer.
   */
  async stop(error: unknown): Promise<void> {
    const { report, ctx, collection } = this;
    if (report.inserted === 0) throw error;
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

function mayBeOneRow(error: unknown): boolean {
  if (error instanceof PlinthError) return ROW_FAULTS.has(error.code);
  return error instanceof DataError;
}
