import { type Collection, type JsonObject, PlinthError } from "@plinth/core";
import type { OpenFile, RawRecord, Shape } from "@plinth/formats";
import type { RequestContext } from "../kernel/engine.ts";
import { hasGraph } from "../write/graph-input.ts";
import { type LookupInput, Lookups } from "../write/lookup.ts";
import type { Checkpoint, Digest } from "./checkpoint.ts";
import type { ImportReport } from "./report.ts";

/** Where a row is in its file. */
export type RowPlace = Pick<RawRecord, "row" | "line">;

/** A row of the file as the collection takes it. */
export interface ImportRow {
  readonly record: RowPlace;
  readonly bytes: number;
  readonly body: JsonObject;
  /** The digest of the file up to here, where it is needed. */
  readonly digest: Digest | undefined;
}

interface RowReaderOptions {
  readonly ctx: RequestContext;
  readonly collection: Collection;
  readonly action: LookupInput["action"];
  readonly shape: Shape;
  readonly file: OpenFile;
  readonly report: ImportReport;
  readonly checkpoint: Checkpoint | undefined;
}

/** Reads rows of a file, and finds the items that they refer to by a field of these. Errors of one row are reported. */
export class RowReader {
  readonly #lookups: Lookups;

  constructor(private readonly options: RowReaderOptions) {
    this.#lookups = new Lookups(options.ctx, { byAnyField: options.ctx.principal.bypass });
  }

  /** Those that an earlier request has not done. */
  read(records: readonly RawRecord[]): ImportRow[] {
    const { checkpoint, report, shape, file } = this.options;
    return records.flatMap((record) => {
      report.total++;
      if (checkpoint?.passes(record)) return [];
      const { row, line, bytes } = record;
      const read = this.checked(record, () => ({
        record: { row, line },
        bytes: bytes.byteLength,
        body: shape.body(file.parse(record)),
        digest: checkpoint?.digest,
      }));
      return read ?? [];
    });
  }

  /** An error of one row is reported, and the import continues. */
  checked<T>(at: RowPlace, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      this.options.report.fail(at, error);
      return undefined;
    }
  }

  /** Finds the related items of many rows with few queries. Answers whether any row has some. */
  async look(rows: readonly ImportRow[]): Promise<boolean> {
    if (!rows.some(({ body }) => hasGraph(this.options.collection, body))) return false;
    this.#lookups.makeRoom();
    await this.find(rows);
    return true;
  }

  /** Invalid lookups are reported with their row. */
  async find(rows: readonly ImportRow[]): Promise<void> {
    for (const row of rows) {
      try {
        this.#lookups.collect(this.#inputOf(row));
      } catch (error) {
        if (!(error instanceof PlinthError)) throw error;
      }
    }
    await this.#lookups.find();
  }

  /** Whether the row refers to an item of the same collection that was not found. */
  lacks(row: ImportRow): boolean {
    return this.#lookups.lacks(this.#inputOf(row), this.options.collection);
  }

  /** The row's values, with the ids of related items. Throws for what was not found. */
  bodyOf(row: ImportRow): JsonObject {
    if (!hasGraph(this.options.collection, row.body)) return row.body;
    return this.#lookups.resolve(this.#inputOf(row)) as JsonObject;
  }

  #inputOf({ body }: ImportRow): LookupInput {
    const { action, collection } = this.options;
    return { action, collection, body, path: "" };
  }
}
