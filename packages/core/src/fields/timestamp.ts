import { invalid } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import { checkDay, TIME_BASE } from "./calendar.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { checkRange, checkRangeSettings } from "./range.ts";

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?([Zz]|[+-]\d\d:?\d\d)?)?$/;
const SCHEMA_PATTERN =
  "^\\d{4}-\\d{2}-\\d{2}([Tt ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?\\s?([Zz]|[+-]\\d{2}:?\\d{2})?)?$";

/** An instant to the millisecond, in UTC: `2024-05-01T10:00:00.000Z`. */
export const timestamp: FieldTypeDefinition = Object.freeze({
  ...TIME_BASE,
  name: "timestamp",
  storage: "timestamp",
  coerce(_field, value, path) {
    if (isFiner(value)) {
      const cut = coerceTimestamp(value, path);
      throw invalid(path, `is finer than milliseconds, which would be lost; the millisecond is ${cut}`);
    }
    return coerceTimestamp(value, path);
  },
  floor: (value, path) => (isFiner(value) ? coerceTimestamp(value, path) : undefined),
  check: (field, value, path) => checkRange(CUT, field, value, path),
  checkSettings: (field, at) => checkRangeSettings(timestamp, field, at),
  fromInstant: (iso) => iso,
  calendar: { zoned: true },
  cast: (value) => coerceTimestamp(value, ""),
  infer: {
    cell: isDateTime,
    value: (value) => typeof value === "string" && isDateTime(value),
    includes: ["date"],
  },
  rowSchema: () => ({ type: "string", format: "date-time" }),
  inputSchema: (): JsonObject => ({
    anyOf: [
      { type: "string", pattern: SCHEMA_PATTERN, examples: ["2024-05-01T10:00:00Z"] },
      { type: "integer", description: "Milliseconds since 1970-01-01T00:00:00Z" },
    ],
  }),
} satisfies FieldTypeDefinition);

/** Bounds of older definitions may be finer. */
const CUT = {
  coerce: (_field: Field, value: Json, path: string): string => coerceTimestamp(value, path),
  compare: TIME_BASE.compare,
};

/** Zeros add nothing. */
function isFiner(value: Json): boolean {
  const fraction = typeof value === "string" ? TIMESTAMP.exec(value)?.[7] : undefined;
  return fraction !== undefined && /[1-9]/.test(fraction.slice(3));
}

/** What is finer than a millisecond is left out. */
export function coerceTimestamp(value: Json, path: string): string {
  const want = "expected a date and time such as 2024-05-01T10:00:00Z";
  // Numbers are milliseconds since the epoch, as JavaScript clients use them.
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw invalid(path, want);
    return instant(value, path, want);
  }
  const match = typeof value === "string" ? TIMESTAMP.exec(value) : null;
  if (!match) throw invalid(path, want);
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  checkDay(Number(year), Number(month), Number(day), path, want);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw invalid(path, want);
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const utc = Date.UTC(
    2000,
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  const at = new Date(utc);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return instant(at.getTime() - offset(zone, path, want), path, want);
}

function offset(zone: string, path: string, want: string): number {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 15 || minutes > 59) throw invalid(path, want);
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Years 0001 to 9999, which text order and both engines' types support. */
function instant(milliseconds: number, path: string, want: string): string {
  const at = new Date(milliseconds);
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) throw invalid(path, want);
  return at.toISOString();
}

/** A date alone is not one. */
function isDateTime(text: string): boolean {
  if (text.length < 16 || text.length > 40 || !TIMESTAMP.test(text) || isFiner(text)) return false;
  try {
    coerceTimestamp(text, "");
    return true;
  } catch {
    return false;
  }
}
