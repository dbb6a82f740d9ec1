import { formatCells } from "./csv.ts";

/** The rows of a spreadsheet as lines of a CSV, all as wide as the first one at least. */
export function* sheetLines(rows: readonly (readonly unknown[])[]): Generator<string> {
  const width = Math.max(0, ...rows.slice(0, 1).map((row) => row.length));
  for (const row of rows)
    yield formatCells(Array.from({ length: Math.max(width, row.length) }, (_, i) => cellOf(row[i])));
}

/** Excel has days and times without a zone; a midnight is the day itself. */
function cellOf(value: unknown): string | null {
  if (value === null || value === undefined || (typeof value === "string" && value.trim() === "")) return null;
  if (value instanceof Date)
    return wholeTime(value)
      .toISOString()
      .replace(/T00:00:00\.000Z$/, "");
  return String(value);
}

/**
 * A workbook holds a time as a fraction of a day, which is often a little less than the time that was written, and the
 * reader cuts it to the millisecond below. Such a time is the next hundredth of a second.
 */
function wholeTime(time: Date): Date {
  return time.getUTCMilliseconds() % 10 === 9 ? new Date(time.getTime() + 1) : time;
}
