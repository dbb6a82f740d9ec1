import { invalid } from "../errors.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { trimmedCell } from "./string.ts";

/** The shared part of types whose values are times. */
export const TIME_BASE = {
  kind: "time",
  compare: compareScalars,
  settings: ["min", "max"],
  defaults: ["$now"],
  variables: ["now", "user.claims"],
  operators: ["order"],
  aggregates: ["min", "max"],
  unique: true,
  unique_together: true,
  indexed: true,
  sorted: true,
  grouped: true,
  readCell: trimmedCell,
} as const satisfies Partial<FieldTypeDefinition>;

/** Throws `want` unless the year has this day. */
export function checkDay(year: number, month: number, day: number, path: string, want: string): void {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (year < 1 || day < 1 || day > days) throw invalid(path, want);
}
