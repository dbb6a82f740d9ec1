import { excerptOf, type Field, fieldType, invalid, isNumeric, type PlinthError } from "@plinth/core";
import { signsOf } from "./numbers.ts";
import type { DecimalSign, Readings } from "./readings.ts";

/** Values that a spreadsheet has written in a form of its own. They are never guessed: the error says what to choose. */

const DAY = /^(\d{1,4})([./ -])(\d{1,2})\2(\d{1,4})(?:[ T].{1,20})?$/;
const ISO_DAY = /^\d{4}-\d\d-\d\d(?!\d)/;
const FORMULA = /^=/;
/** `1-May-24`, `May-24` and `5/1/24`: without a century, or without a day. */
const SHORT_DAY = /^(?:\d{1,2}[ ./-])?[A-Za-z]{3,9}\.?[ ./-]\d{2,4}$|^\d{1,2}([./ -])\d{1,2}\1\d{2}$/;
/** How spreadsheets count days: 1 is the first of January 1900. These are the years 1955 to 2064. */
const DAY_NUMBER = /^(?:2[0-9]|[345]\d)\d{3}(?:\.\d{1,20})?$/;
const MAX_CHARS = 60;

/** How a column of texts is written that may be one of days or numbers. */
export interface Spelling {
  readonly kind: "day" | "number";
  /** The values of `dates`, or of `decimal`, that read all of its texts; none where its days have several forms. */
  readonly readings: readonly string[];
  /** The first text that is read in no usual way. */
  readonly example: string;
}

/** What is known of a column's spelling so far. */
export type SeenSpelling = Omit<Spelling, "example"> & { readonly example: string | undefined };

/** With one more text of the column. Null: they are neither days nor numbers. */
export function withSpelling(before: SeenSpelling | undefined, text: string): SeenSpelling | null {
  if (text.length > MAX_CHARS) return null;
  const days = formsOf(text.trim());
  const kind = days.length > 0 ? "day" : "number";
  const readings = kind === "day" ? days : signsOf(text);
  if (before === undefined) return kind === "number" && readings.length === 0 ? null : seen(kind, readings, text);
  if (before.kind !== kind) return null;
  const both = before.readings.filter((one) => readings.includes(one));
  if (kind === "number" && both.length === 0) return null;
  if (both.length === before.readings.length && before.example !== undefined) return before;
  const { example = seen(kind, both, text).example } = before;
  return { kind, readings: both, example };
}

/** `12` is a number however the others are written, so it tells nothing. */
function seen(kind: Spelling["kind"], readings: readonly string[], text: string): SeenSpelling {
  return { kind, readings, example: kind === "day" || text.includes(",") ? text.trim() : undefined };
}

/** Says what is wrong with a text for this field, where a spreadsheet has changed it. */
export function requireReadable(field: Field, text: string, readings: Readings): void {
  const { calendar } = fieldType(field);
  if (!calendar && !isNumeric(field)) return;
  const cell = text.trim();
  if (cell.length > MAX_CHARS || cell === "") return;
  const expected = calendar
    ? calendar.zoned
      ? "a date and time such as 2024-05-01T10:00:00Z"
      : "a date such as 2024-05-01"
    : "a number";
  const refuse = (advice: string): PlinthError =>
    invalid(field.name, `expected ${expected}, got ${excerptOf(cell)}; ${advice}`);
  if (FORMULA.test(cell)) throw refuse("it is a formula: save the column as values");
  if (calendar) refuseDay(cell, readings, refuse);
  else refuseNumber(cell, readings, refuse);
}

type Refuse = (advice: string) => PlinthError;

function refuseDay(cell: string, { dates }: Readings, refuse: Refuse): void {
  if (ISO_DAY.test(cell)) return;
  if (DAY_NUMBER.test(cell))
    throw refuse(
      "it is the number by which a spreadsheet stores a day: give the column the format YYYY-MM-DD, and save it again",
    );
  if (SHORT_DAY.test(cell))
    throw refuse("a spreadsheet has shortened it: give the column the format YYYY-MM-DD, and save it again");
  const forms = formsOf(cell);
  if (forms.length === 0) return;
  if (dates === undefined) throw refuse(`say how the file writes days: dates=${forms.join(" or ")} (--dates)`);
  throw refuse(`dates=${dates} does not read it`);
}

function refuseNumber(cell: string, { decimal }: Readings, refuse: Refuse): void {
  if ((decimal !== undefined && decimal !== "point") || !cell.includes(",")) return;
  const advice = signsOf(cell).map((sign) => ADVICE[sign]);
  if (advice.length > 0) throw refuse(advice.join("; "));
}

const ADVICE: Readonly<Record<DecimalSign, string>> = {
  point: "",
  comma: "if the file writes decimals with a comma, say so: decimal=comma (--decimal-comma)",
  grouped: "if commas stand between thousands, say so: decimal=grouped (--thousands-comma)",
};

/** The forms of `dates` in which it may be written. */
function formsOf(cell: string): string[] {
  const [, first, sign, second, third] = DAY.exec(cell) ?? [];
  if (first === undefined || ISO_DAY.test(cell)) return [];
  if (first.length === 4) return third!.length <= 2 ? [`YYYY${sign}MM${sign}DD`] : [];
  if (first.length > 2 || third!.length !== 4) return [];
  const [day, month] = [`DD${sign}MM${sign}YYYY`, `MM${sign}DD${sign}YYYY`];
  if (Number(first) > 12) return [day];
  if (Number(second) > 12) return [month];
  return [day, month];
}
