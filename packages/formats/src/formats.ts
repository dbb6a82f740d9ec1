import {
  isObject,
  type Json,
  type JsonObject,
  PlinthError,
  parseConverted,
  plural,
  requireExactNumbers,
} from "@plinth/core";
import { type Cell, CsvScanner, type Delimiter, parseCells, parseHeader, type Unnamed } from "./csv.ts";
import { JsonArrayScanner } from "./json-stream.ts";
import { NdjsonScanner } from "./ndjson.ts";
import { type ByteSource, decodeRecord, type RawRecord, splitRecords } from "./records.ts";

export { type ByteSource, MAX_ROW_BYTES, type RawRecord } from "./records.ts";

/** The file formats of import and export. Platform-free, so that the command line can use them too. */

export const FORMATS = ["csv", "json", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

export const CONTENT_TYPES: Record<Format, string> = {
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
};

/** The format of a content type. */
export function formatOf(contentType: string): Format | undefined {
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  if (type === "text/csv" || type === "text/tab-separated-values" || type === "application/csv") return "csv";
  if (type === "application/json") return "json";
  if (type === "application/x-ndjson" || type === "application/jsonl" || type === "application/ndjson") return "ndjson";
  return undefined;
}

/** A row of the file: names to values, in CSV to cells. Has no prototype, so any name is safe. */
export type SourceRow = JsonObject;

export interface OpenFile {
  readonly format: Format;
  /** The columns that a CSV's header names; null where every row names its own. */
  readonly columns: readonly string[] | null;
  /** The columns that are called by their numbers, as the header does not name them. */
  readonly unnamed: readonly Unnamed[];
  /** The bytes of a CSV's header line, without its end. */
  readonly header: Uint8Array | null;
  /** Fails where the file cannot be read further. */
  readonly batches: AsyncIterable<RawRecord[]>;
  /** The values of a record; throws if this one row is unreadable. */
  parse(record: RawRecord): SourceRow;
}

/**
 * Begins to read a file: for CSV, up to its header. A number in JSON that a double would change is refused, or with
 * `convert` a text.
 */
export async function openFile(format: Format, source: ByteSource, convert = false): Promise<OpenFile> {
  if (format === "csv") return openCsv(source);
  const scanner = format === "json" ? new JsonArrayScanner() : new NdjsonScanner();
  return {
    format,
    columns: null,
    unnamed: [],
    header: null,
    batches: splitRecords(source, scanner),
    parse: (record) => parseObject(record, convert),
  };
}

async function openCsv(source: ByteSource): Promise<OpenFile> {
  const scanner = new CsvScanner();
  const batches = splitRecords(source, scanner, { firstRow: 0 });
  const first = await batches.next();
  const header = first.value?.[0];
  if (!header) throw new PlinthError("VALIDATION", "body: expected a header row", { field: "body" });
  const delimiter = scanner.delimiter!;
  try {
    const { columns, unnamed } = parseHeader(decodeRecord(header), delimiter);
    return {
      format: "csv",
      columns,
      unnamed,
      header: header.bytes.slice(),
      batches: without(first.value!.slice(1), batches),
      parse: (record) => parseLine(record, columns, delimiter),
    };
  } catch (error) {
    await batches.return();
    throw error;
  }
}

async function* without(first: RawRecord[], rest: AsyncGenerator<RawRecord[], void>): AsyncGenerator<RawRecord[]> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}

function parseLine(record: RawRecord, columns: readonly string[], delimiter: Delimiter): SourceRow {
  const cells: Cell[] = parseCells(decodeRecord(record), delimiter);
  if (cells.length !== columns.length) {
    const message = `the row has ${cells.length} ${plural(cells.length, "cell")}, the header ${columns.length}`;
    throw new PlinthError("VALIDATION", message);
  }
  const row = emptyRow();
  for (let i = 0; i < cells.length; i++) row[columns[i]!] = cells[i]!;
  return row;
}

function parseObject(record: RawRecord, convert: boolean): SourceRow {
  const text = decodeRecord(record);
  let value: Json;
  try {
    value = convert ? parseConverted(text) : (JSON.parse(text) as Json);
  } catch {
    throw new PlinthError("MALFORMED_JSON", "the row is not valid JSON");
  }
  if (!convert) requireExactNumbers(text);
  if (!isObject(value)) throw new PlinthError("VALIDATION", "expected a JSON object");
  return value;
}

export function emptyRow(): SourceRow {
  return Object.create(null) as SourceRow;
}
