import { excerptOf, type Field, type FieldType, invalid, isNumeric, typeOfCell, UNRECOGNISED } from "@plinth/core";
import type { Readings } from "./readings.ts";

/** `1234,5` and `1.234,50`: as most of Europe and South America write numbers, where a point groups thousands: not in `0.125`. */
const WITH_COMMA = /^[+-]?(?:[1-9]\d{0,2}(?:\.\d{3}){1,100}|\d{1,400})(?:,\d{1,400})?(?:[eE][+-]?\d{1,3})?$/;
const WITH_POINT = /^[+-]?\d{0,400}\.\d{1,400}$/;
/** No number is longer. */
const MAX_CHARS = 1000;

/** A number with a decimal comma in the form of the wire; undefined for any other text. */
export function plainNumber(text: string): string | undefined {
  const number = text.trim();
  if (number.length > MAX_CHARS || !WITH_COMMA.test(number)) return undefined;
  return number.replaceAll(".", "").replace(",", ".");
}

/** Whether it is a number with one comma, which may be a decimal comma: `1,5`. */
export function hasDecimalComma(text: string): boolean {
  return text.includes(",") && plainNumber(text) !== undefined;
}

/** `1.5`, which is no number where a comma stands before the decimals. */
function hasDecimalPoint(text: string): boolean {
  return text.length <= MAX_CHARS && WITH_POINT.test(text.trim()) && plainNumber(text) === undefined;
}

/** A text for a field of numbers; other fields keep their texts. */
export function readCommaFor(field: Field, text: string): string {
  if (!isNumeric(field)) return text;
  if (hasDecimalPoint(text))
    throw invalid(field.name, `expected a number with a decimal comma such as 1.234,5, got ${excerptOf(text)}`);
  return plainNumber(text) ?? text;
}

/** The type that a cell is surely of, in a file with these readings. */
export function cellType({ decimal }: Readings): (cell: string) => FieldType {
  if (decimal !== "comma") return typeOfCell;
  return (cell) => (hasDecimalPoint(cell) ? UNRECOGNISED : typeOfCell(plainNumber(cell) ?? cell));
}
