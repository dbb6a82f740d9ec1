import { type Field, fieldType, type Json } from "@plinth/core";
import { openFile, type WorkbookCell, workbook } from "@plinth/formats";

const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** Digits that a number of a spreadsheet keeps. */
const MOST_DIGITS = 15;

/** An export in NDJSON as a workbook: numbers can be summed, and days sorted, in every country. */
export async function workbookOf(
  slug: string,
  fields: readonly Field[],
  export_: ReadableStream<Uint8Array>,
): Promise<Blob> {
  const file = await openFile("ndjson", export_);
  const columns = fields.filter((field) => fieldType(field).kind !== "list");
  const rows: (readonly WorkbookCell[])[] = [columns.map(({ name }) => name)];
  for await (const batch of file.batches) {
    for (const record of batch) {
      const item = file.parse(record);
      rows.push(columns.map((field) => workbookCell(field, item[field.name])));
    }
  }
  return workbookBlob(slug, rows);
}

/** A workbook with one sheet. */
export async function workbookBlob(name: string, rows: readonly (readonly WorkbookCell[])[]): Promise<Blob> {
  const bytes: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of workbook(name, rows)) bytes.push(piece as Uint8Array<ArrayBuffer>);
  return new Blob(bytes, { type: TYPE });
}

export function workbookCell(field: Pick<Field, "name" | "type">, value: Json | undefined): WorkbookCell {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value;
  const { kind } = fieldType(field);
  if (kind === "number") return numberOf(value);
  if (kind === "time") return timeOf(String(value));
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A number with more digits than a spreadsheet keeps is a text. */
function numberOf(value: Json): WorkbookCell {
  const text = String(value);
  return text.replace(/[-.]/g, "").length <= MOST_DIGITS && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Spreadsheets count days from 1900 on. */
function timeOf(text: string): WorkbookCell {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1901 ? text : time;
}
