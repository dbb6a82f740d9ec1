import { type Json, PlinthError } from "@plinth/core";
import {
  type Cell,
  type Delimiter,
  formatCells,
  type OpenFile,
  parseCells,
  type RawRecord,
  type SourceRow,
} from "@plinth/formats";
import { textOf } from "../schema/try-value.ts";

/** A row that the server refused, with its values as they can be mended. */
export interface FailedRow {
  readonly row: number;
  readonly line: number | undefined;
  /** By names in the file. */
  readonly values: Readonly<Record<string, Json>>;
  readonly message: string;
  /** The field that the message is about. */
  readonly field: string | undefined;
}

interface Refusal {
  readonly message: string;
  readonly field?: string;
}

export function failedRowOf(
  file: OpenFile,
  record: RawRecord | undefined,
  row: number,
  { message, field }: Refusal,
): FailedRow {
  const facts = { row: record?.row ?? row, line: record?.line, message, field };
  return { ...facts, values: record ? valuesOf(file, record) : {} };
}

/** A row of a CSV with too few or too many cells has those that there are. */
function valuesOf(file: OpenFile, record: RawRecord): SourceRow {
  try {
    return { ...file.parse(record) };
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return file.columns ? looseCells(file, file.columns, record) : {};
  }
}

const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];

function looseCells({ header }: OpenFile, columns: readonly string[], record: RawRecord): SourceRow {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const delimiter = DELIMITERS.find((one) => header && parseCells(text(header), one).length === columns.length) ?? ",";
  const cells = parseCells(text(record.bytes), delimiter);
  return Object.fromEntries(columns.map((name, i): [string, Cell] => [name, cells[i] ?? null]));
}

/** The row with another text in a column; an empty one is no value. */
export function mended(row: FailedRow, name: string, text: string): FailedRow {
  return { ...row, values: { ...row.values, [name]: text === "" ? null : text } };
}

/** The names of all values, in the order of the file. */
export function namesOf(rows: readonly FailedRow[], columns: readonly string[] | null): readonly string[] {
  return columns ?? [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
}

/** The rows as a file of the same format, with a header. */
export function fileOfRows(rows: readonly FailedRow[], columns: readonly string[] | null): string {
  if (columns === null) return rows.map(({ values }) => JSON.stringify(values)).join("\n");
  const lines = rows.map(({ values }) => formatCells(columns.map((name) => cellOf(values[name]))));
  return [formatCells(columns), ...lines].join("\n");
}

/** For a spreadsheet: the rows, each with its number and what is wrong with it. */
export function reportOfRows(rows: readonly FailedRow[], columns: readonly string[] | null): string {
  const names = namesOf(rows, columns);
  const lines = rows.map(({ row, message, values }) =>
    formatCells([String(row), message, ...names.map((name) => cellOf(values[name]))]),
  );
  return [formatCells(["row", "reason", ...names]), ...lines].join("\n");
}

function cellOf(value: Json | undefined): Cell {
  return value === undefined || value === null ? null : textOf(value);
}
