import {
  type Format,
  inUtf8,
  type OpenFile,
  openFile,
  sheetLines,
  type TextEncoding,
  textEncodingOf,
} from "@plinth/formats";
import { chunksOf } from "./chunks.ts";

/** A file that can be read several times: for its fields, and for its rows. */
export interface SourceFile {
  readonly name: string;
  readonly size: number;
  readonly format: Format;
  /** How its text is read; the server gets UTF-8. */
  readonly encoding: TextEncoding;
  readonly open: () => Promise<OpenFile>;
}

const FORMATS: Readonly<Record<string, Format>> = {
  csv: "csv",
  tsv: "csv",
  txt: "csv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
};

export const ACCEPTED = ".csv,.tsv,.txt,.json,.ndjson,.jsonl,.xlsx";

/** The format by the file's ending; a workbook's first sheet is read as a CSV. */
export async function sourceFileOf(file: File): Promise<SourceFile> {
  const ending = file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase();
  const { name, size } = file;
  if (ending === "xlsx") return ofBlob({ name, size, format: "csv", encoding: "utf-8" }, await firstSheet(file));
  const encoding = await textEncodingOf(chunksOf(file));
  return ofBlob({ name, size, format: FORMATS[ending] ?? "csv", encoding }, file);
}

/** What somebody pasted, such as cells of a spreadsheet or an answer of another API. */
export function pastedFile(text: string): SourceFile {
  const blob = new Blob([text]);
  return ofBlob({ name: "pasted", size: blob.size, format: formatOfText(text), encoding: "utf-8" }, blob);
}

export function formatOfText(text: string): Format {
  const trimmed = text.trimStart();
  if (trimmed.startsWith("[")) return "json";
  if (!trimmed.startsWith("{")) return "csv";
  return "ndjson";
}

function ofBlob(facts: Omit<SourceFile, "open">, blob: Blob): SourceFile {
  return { ...facts, open: () => openFile(facts.format, inUtf8(chunksOf(blob), facts.encoding), true) };
}

async function firstSheet(file: File): Promise<Blob> {
  // Loaded only where it is needed.
  const { readSheet } = await import("read-excel-file/browser");
  const rows = await readSheet(file, 1, { trim: false });
  return new Blob([[...sheetLines(rows)].join("\n")]);
}
