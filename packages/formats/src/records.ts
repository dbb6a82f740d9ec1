import { PlinthError } from "@plinth/core";
import { withoutGzip } from "./gzip.ts";

/**
 * Splits a stream of bytes into records, in memory bounded by the longest record. A format's scanner finds the records;
 * nothing is decoded here, so that a record can also be passed on unchanged.
 */

export type ByteSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export interface RawRecord {
  /** Counts from 1; 0 is a header. */
  readonly row: number;
  /** The line of the file where the record begins, from 1. */
  readonly line: number;
  /** Valid until the next batch is requested. */
  readonly bytes: Uint8Array;
}

export interface Span {
  readonly start: number;
  /** Equal to `start`: an empty record, which is not counted. */
  readonly end: number;
  /** Where to scan for the next one. */
  readonly next: number;
}

export interface Scanner {
  /** The record at or after `from`; or a number: there is no complete one, and the bytes before it are consumed. */
  scan(bytes: Uint8Array, from: number, atEnd: boolean): Span | number;
  /** Throws when the file may not end here. */
  finish?(): void;
}

/** One row of a file: several must fit in memory at a time. */
export const MAX_ROW_BYTES = 5_000_000;

const PIECE = 256 * 1024;
const BOM = [0xef, 0xbb, 0xbf];
/** Zip. No text begins like it: it would be a header named PK and a control character. */
const ZIP = [0x50, 0x4b, 0x03];
const LF = 0x0a;
const CR = 0x0d;
/** A file that arrives faster than it is read would leave no time for others. */
const TURN_MS = 20;

/** Batches of records, each from about one chunk of the source. An error names the row where it stopped. */
export async function* splitRecords(
  source: ByteSource,
  scanner: Scanner,
  options: { firstRow?: number; maxRowBytes?: number } = {},
): AsyncGenerator<RawRecord[], void, undefined> {
  const maxRow = options.maxRowBytes ?? MAX_ROW_BYTES;
  const location: RecordLocation = { row: options.firstRow ?? 1, line: 1 };
  let held: Uint8Array[] = [];
  let size = 0;
  // The first scan needs enough bytes to find a byte order mark.
  let need = BOM.length;
  let start = true;
  const take = function* (atEnd: boolean): Generator<RawRecord[]> {
    let bytes = join(held, size);
    if (start) bytes = withoutMark(bytes);
    start = false;
    const { records, rest } = scanAll(scanner, bytes, location, atEnd, maxRow);
    held = [rest];
    size = rest.byteLength;
    // An incomplete record is scanned again only once its size has doubled, so that long ones cost no more per byte.
    need = size < PIECE ? size + 1 : Math.min(size * 2, maxRow + 1);
    if (records.length > 0) yield records;
  };
  let turnAt = performance.now();
  for await (const piece of pieces(source)) {
    if (performance.now() - turnAt > TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      turnAt = performance.now();
    }
    held.push(piece);
    size += piece.byteLength;
    if (size >= need) yield* take(false);
  }
  yield* take(true);
  stopAt(location, () => scanner.finish?.());
}

interface RecordLocation {
  row: number;
  line: number;
}

function scanAll(scanner: Scanner, bytes: Uint8Array, location: RecordLocation, atEnd: boolean, maxRow: number) {
  const records: RawRecord[] = [];
  let from = 0;
  for (;;) {
    const at = afterEmptyLines(bytes, from);
    location.line += countLines(bytes, from, at);
    from = at;
    if (at === bytes.length) break;
    const span = stopAt(location, () => scanner.scan(bytes, at, atEnd));
    if (typeof span === "number") {
      location.line += countLines(bytes, from, span);
      from = span;
      break;
    }
    const { start, end, next } = span;
    location.line += countLines(bytes, from, start);
    if (end - start > maxRow) throw tooLong(location, maxRow);
    if (end > start) records.push({ row: location.row++, line: location.line, bytes: bytes.subarray(start, end) });
    location.line += countLines(bytes, start, next);
    from = next;
  }
  const rest = bytes.subarray(from);
  if (rest.length > maxRow) throw tooLong(location, maxRow);
  return { records, rest };
}

/** A record is none of these in any format; one loop, as a file may have millions of them. */
function afterEmptyLines(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    if (bytes[at] === LF) at++;
    else if (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
    else return at;
  }
}

/** For a file that cannot be read further: names the row. */
function stopAt<T>(location: RecordLocation, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    const { row, line } = location;
    throw new PlinthError(error.code, `row ${row}, line ${line}: ${error.message}`, { ...error.details, row, line });
  }
}

function tooLong({ row, line }: RecordLocation, maxRow: number): PlinthError {
  const message = `row ${row}, line ${line}: the row is longer than ${maxRow} bytes; check for a quote that is not closed`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "body", row, line });
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  // The range is short, so a plain loop is faster than a search that runs to the end of the buffer.
  for (let i = from; i < to; i++) if (bytes[i] === LF) lines++;
  return lines;
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const [first, second] = bytes;
  if (ZIP.every((byte, i) => bytes[i] === byte)) {
    throw new PlinthError(
      "UNSUPPORTED_MEDIA_TYPE",
      "The file is a zip archive (like .zip and .xlsx); send plain text or gzip, or let the command line read it.",
    );
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new PlinthError("INVALID_UTF8", "The file is UTF-16; save it as UTF-8.", { field: "body" });
  }
  return BOM.every((byte, i) => bytes[i] === byte) ? bytes.subarray(BOM.length) : bytes;
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

/** However the source is chunked, each piece stays small. */
async function* pieces(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of withoutGzip("getReader" in source ? chunksOf(source) : source)) {
    for (let from = 0; from < chunk.byteLength; from += PIECE) yield chunk.subarray(from, from + PIECE);
  }
}

/** Not every host can iterate a stream, and leaving such a loop would wait for the stream to be cancelled. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Not awaited: a host may only settle it after the response has been sent.
    reader.cancel().catch(() => {});
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function decodeRecord(record: RawRecord): string {
  try {
    return utf8.decode(record.bytes);
  } catch {
    const what = record.row === 0 ? "header" : "row";
    throw new PlinthError("INVALID_UTF8", `the ${what} is not valid UTF-8; save the file as UTF-8`);
  }
}
