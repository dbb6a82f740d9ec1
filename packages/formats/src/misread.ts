import { excerptOf, type Field, fieldType, invalid, isNumeric, type PlinthError } from "@plinth/core";
import { hasDecimalComma } from "./numbers.ts";
import type { Readings } from "./readings.ts";

/** Values that a spreadsheet has written in a form of its own. They are never guessed: the error says what to choose. */

const DAY = /^(\d{1,4})([./ -])(\d{1,2})\2(\d{1,4})(?:[ T].{1,20})?$/;
const ISO_DAY = /^\d{4}-\d\d-\d\d(?!\d)/;
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3}){1,100}(?:\.\d{1,100})?$/;
const FORMULA = /^=/;
/** `1-May-24`, `May-24` and `5/1/24`: without a century, or without a day. */
const SHORT_DAY = /^(?:\d{1,2}[ ./-])?[A-Za-z]{3,9}\.?[ ./-]\d{2,4}$|^\d{1,2}([./ -])\d{1,2}\1\d{2}$/;
/** How spreadsheets count days: 1 is the first of January 1900. These are the years 1955 to 2064. */
const DAY_NUMBER = /^(?:2[0-9]|[345]\d)\d{3}(?:\.\d{1,20})?$/;
const MAX_CHARS = 60;

/** How a column of texts is written that may be one of days or numbers. */
export type Spelling = "day" | "comma";

export function spellingOf(text: string): Spelling | undefined {
  if (text.length > MAX_CHARS) return undefined;
  if (formsOf(text.trim()).length > 0) return "day";
  return hasDecimalComma(text) ? "comma" : undefined;
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
  if (decimal === "comma" || !cell.includes(",")) return;
  if (GROUPED.test(cell) && !isOneGroup(cell)) throw refuse("write numbers without commas between thousands");
  if (hasDecimalComma(cell))
    throw refuse("if the file writes decimals with a comma, say so: decimal=comma (--decimal-comma)");
}

/** `1,234` may be either. */
function isOneGroup(cell: string): boolean {
  return !cell.includes(".") && cell.split(",").length === 2;
}

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
