import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";
import { checkDay, TIME_BASE } from "./calendar.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { checkRange, checkRangeSettings } from "./range.ts";
import { coerceTimestamp } from "./timestamp.ts";

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A day of the years 0001 to 9999: `2024-05-01`. */
export const date: FieldTypeDefinition = Object.freeze({
  ...TIME_BASE,
  name: "date",
  storage: "date",
  coerce: (_field, value, path) => coerceDate(value, path),
  check: (field, value, path) => checkRange(date, field, value, path),
  checkSettings: (field, at) => checkRangeSettings(date, field, at),
  fromInstant: dayOf,
  calendar: { zoned: false },
  cast: (value) => dayOf(coerceTimestamp(value, "")),
  infer: { cell: isDate, value: (value) => typeof value === "string" && isDate(value) },
  rowSchema: () => ({ type: "string", format: "date" }),
  inputSchema: () => ({ type: "string", format: "date" }),
} satisfies FieldTypeDefinition);

function dayOf(iso: string): string {
  return iso.slice(0, 10);
}

function coerceDate(value: Json, path: string): string {
  const want = "expected a date such as 2024-05-01";
  const match = typeof value === "string" ? DATE.exec(value) : null;
  if (!match) throw invalid(path, want);
  checkDay(Number(match[1]), Number(match[2]), Number(match[3]), path, want);
  return value as string;
}

function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  try {
    coerceDate(text, "");
    return true;
  } catch {
    return false;
  }
}
