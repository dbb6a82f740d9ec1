import { type Field, fieldType, invalid, type Json } from "@plinth/core";
import type { OpenFile, SourceRow } from "./formats.ts";

/** How the texts of a file are read: chosen by the user, never guessed. */
export interface Readings {
  /** Texts that mean no value, such as `NA`. */
  readonly nulls?: readonly string[];
  /** How days are written, such as `DD/MM/YYYY`. */
  readonly dates?: string;
  /** How numbers are written: `point` (default) is 1234.5, `comma` is 1.234,5, and `grouped` is 1,234.5. */
  readonly decimal?: DecimalSign;
}

export const DECIMAL_SIGNS = ["point", "comma", "grouped"] as const;
export type DecimalSign = (typeof DECIMAL_SIGNS)[number];

/** The file with no value in the place of texts that mean none. */
export function withoutNulls(file: OpenFile, nulls: readonly string[] = []): OpenFile {
  if (nulls.length === 0) return file;
  const none = new Set(nulls);
  return { ...file, parse: (record) => mapped(file.parse(record), (text) => (none.has(text.trim()) ? null : text)) };
}

/** The file with days in the form of the wire, to recognise them. */
export function withPlainDates(file: OpenFile, dates: string | undefined): OpenFile {
  if (dates === undefined) return file;
  const read = dateReader(dates, "dates");
  return { ...file, parse: (record) => mapped(file.parse(record), (text) => read(text) ?? text) };
}

function mapped(row: SourceRow, read: (text: string) => Json): SourceRow {
  for (const name of Object.keys(row)) {
    const value = row[name];
    if (typeof value === "string") row[name] = read(value);
  }
  return row;
}

const PARTS = { YYYY: "(?<year>\\d{4})", MM: "(?<month>\\d{1,2})", DD: "(?<day>\\d{1,2})" } as const;
/** As spreadsheets write it after the day: `14:05`, `2:05:30 PM`. */
const TIME =
  "(?:[ T](?<hour>\\d{1,2}):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:\\.(?<fraction>\\d{1,9}))?)?(?: ?(?<half>[AaPp])[Mm])?)?";

/**
 * Reads days of one form, such as `DD.MM.YYYY` or `MM/DD/YYYY`, with or without a time after it. Undefined for a text of
 * another form. Whether the day exists is left to the field.
 */
export function dateReader(format: string, at: string): (text: string) => string | undefined {
  const found = /^(YYYY|MM|DD)([./ -])(YYYY|MM|DD)\2(YYYY|MM|DD)$/.exec(format);
  const parts = found ? [found[1]!, found[3]!, found[4]!] : [];
  if (new Set(parts).size !== 3)
    throw invalid(at, "expected YYYY, MM and DD in the file's order, such as DD.MM.YYYY or MM/DD/YYYY");
  const separator = `\\${found![2]!}`.replace("\\ ", " ");
  const day = parts.map((part) => PARTS[part as keyof typeof PARTS]).join(separator);
  const form = new RegExp(`^${day}${TIME}$`);
  return (text) => {
    // Bounded: the form is at most this long.
    if (text.length > 40) return undefined;
    const groups = form.exec(text.trim())?.groups;
    return groups && isoOf(groups);
  };
}

function isoOf({ year, month, day, hour, minute, second = "00", fraction, half }: Record<string, string | undefined>) {
  const date = `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
  if (hour === undefined) return date;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  // A 13th hour before noon exists nowhere.
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  return `${date}T${String(hours).padStart(2, "0")}:${minute}:${second}${fraction ? `.${fraction}` : ""}`;
}

/** A text for a field of days or times; other fields keep their texts. A midnight is the day itself. */
export function readDateFor(field: Field, text: string, read: (text: string) => string | undefined): string {
  const { calendar } = fieldType(field);
  const iso = calendar && read(text);
  if (!iso) return text;
  return calendar.zoned ? iso : iso.replace(/T00:00:00(\.0+)?$/, "");
}
