import { PlinthError } from "@plinth/core";
import type { Scanner, Span } from "./records.ts";

/**
 * CSV by RFC 4180: quoted cells may contain delimiters, line ends and doubled quotes; lines end with LF or CRLF. A
 * quote inside a cell that does not begin with one is an ordinary character.
 */

export type Delimiter = "," | ";" | "\t";
/** Null is an empty cell; `""` in the file is an empty text. */
export type Cell = string | null;

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];
const DELIMITER_BYTES = DELIMITERS.map((delimiter) => delimiter.charCodeAt(0));

/** Finds where records end; the first one decides the delimiter of the file. */
export class CsvScanner implements Scanner {
  delimiter: Delimiter | undefined;

  scan(bytes: Uint8Array, from: number, atEnd: boolean): Span | number {
    const span = this.#find(bytes, from, atEnd);
    if (this.delimiter === undefined) {
      refuseLoneReturns(bytes.subarray(from, typeof span === "number" ? bytes.length : span.end));
      if (typeof span !== "number" && span.end > span.start) {
        this.delimiter = detectDelimiter(bytes.subarray(span.start, span.end));
      }
      return span;
    }
    if (typeof span === "number" || !isEmpty(bytes, span, this.delimiter.charCodeAt(0))) return span;
    return { ...span, start: span.end };
  }

  #find(bytes: Uint8Array, from: number, atEnd: boolean): Span | number {
    const newline = bytes.indexOf(LF, from);
    const until = newline < 0 ? bytes.length : newline;
    if (bytes.subarray(from, until).includes(QUOTE)) return this.#findQuoted(bytes, from, atEnd);
    if (newline < 0 && !atEnd) return from;
    return line(bytes, from, until);
  }

  #findQuoted(bytes: Uint8Array, from: number, atEnd: boolean): Span | number {
    const delimiters = this.delimiter ? [this.delimiter.charCodeAt(0)] : DELIMITER_BYTES;
    let quoted = false;
    let cellStart = true;
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (quoted) {
        if (byte !== QUOTE) continue;
        if (bytes[i + 1] === QUOTE) i++;
        else quoted = false;
      } else if (byte === QUOTE && cellStart) {
        quoted = true;
        cellStart = false;
      } else if (byte === LF) return line(bytes, from, i);
      else cellStart = delimiters.includes(byte);
    }
    if (!atEnd) return from;
    if (quoted) throw new PlinthError("BAD_REQUEST", "a quote is not closed before the end of the file");
    return line(bytes, from, bytes.length);
  }
}

function line(bytes: Uint8Array, start: number, newline: number): Span {
  const end = newline > start && bytes[newline - 1] === CR ? newline - 1 : newline;
  return { start, end, next: Math.min(newline + 1, bytes.length) };
}

/** Whether all cells are empty, as below the rows of a spreadsheet: no item, like a blank line. */
function isEmpty(bytes: Uint8Array, { start, end }: Span, delimiter: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== delimiter) return false;
  return true;
}

/** Lines that end with CR alone would all be one header, and the file one without rows. */
function refuseLoneReturns(header: Uint8Array): void {
  let quoted = false;
  for (let i = 0; i < header.length - 1; i++) {
    if (header[i] === QUOTE) quoted = !quoted;
    const next = header[i + 1];
    if (quoted || header[i] !== CR || next === LF || next === CR) continue;
    const message = "body: the lines end with CR alone, as old programs wrote them; save the file with LF or CRLF";
    throw new PlinthError("VALIDATION", message, { field: "body" });
  }
}

function detectDelimiter(header: Uint8Array): Delimiter {
  const counts = DELIMITERS.map(() => 0);
  let quoted = false;
  for (const byte of header) {
    if (byte === QUOTE) quoted = !quoted;
    const which = quoted ? -1 : DELIMITER_BYTES.indexOf(byte);
    if (which >= 0) counts[which]!++;
  }
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** The cells of one record. Throws where text follows a closing quote. */
export function parseCells(text: string, delimiter: Delimiter): Cell[] {
  if (!text.includes('"')) return text.split(delimiter).map((cell) => (cell === "" ? null : cell));
  const cells: Cell[] = [];
  let from = 0;
  for (;;) {
    const cell = text[from] === '"' ? quotedCell(text, from, delimiter) : plainCell(text, from, delimiter);
    cells.push(cell.value);
    if (cell.end === text.length) return cells;
    from = cell.end + 1;
  }
}

function plainCell(text: string, from: number, delimiter: Delimiter): { value: Cell; end: number } {
  const found = text.indexOf(delimiter, from);
  const end = found < 0 ? text.length : found;
  return { value: end === from ? null : text.slice(from, end), end };
}

function quotedCell(text: string, from: number, delimiter: Delimiter): { value: Cell; end: number } {
  let value = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new PlinthError("VALIDATION", "a quote is not closed");
    value += text.slice(at, quote);
    const after = text[quote + 1];
    if (after === '"') {
      value += '"';
      at = quote + 2;
    } else if (after === undefined || after === delimiter) return { value, end: quote + 1 };
    else throw new PlinthError("VALIDATION", "text follows a closing quote; a quote inside a cell is written twice");
  }
}

export interface Header {
  readonly columns: readonly string[];
  readonly unnamed: readonly Unnamed[];
}

/** A column without its own name in the header. It is called by its number, `#1`. */
export interface Unnamed {
  readonly name: string;
  /** The name that an earlier column already has. Absent: the header is empty there. */
  readonly repeats?: string;
}

/** Names of the columns; blanks around them are ignored. */
export function parseHeader(text: string, delimiter: Delimiter): Header {
  const names = parseCells(text, delimiter).map((cell) => (cell ?? "").trim());
  if (names.every((name) => name === "")) throw headerError("body", "the header has no column names");
  const seen = new Set<string>();
  const unnamed: Unnamed[] = [];
  const columns = names.map((name, i) => {
    if (name !== "" && !seen.has(name)) {
      seen.add(name);
      return name;
    }
    const number = `#${i + 1}`;
    if (names.includes(number)) throw headerError(`column ${i + 1}`, "has no unique name in the header");
    unnamed.push({ name: number, ...(name !== "" && { repeats: name }) });
    return number;
  });
  return { columns, unnamed };
}

function headerError(field: string, message: string): PlinthError {
  return new PlinthError("VALIDATION", `${field}: ${message}`, { field });
}

/** One line without its end. A cell is quoted if necessary, and if it is an empty text, which differs from null. */
export function formatCells(cells: readonly Cell[]): string {
  return cells.map(formatCell).join(",");
}

function formatCell(cell: Cell): string {
  if (cell === null) return "";
  if (cell !== "" && !/[",\r\n]/.test(cell)) return cell;
  return `"${cell.replaceAll('"', '""')}"`;
}
