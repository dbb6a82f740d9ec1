import { excerptOf, type Field, type FieldType, invalid, isNumeric, typeOfCell, UNRECOGNISED } from "@plinth/core";
import type { DecimalSign, Readings } from "./readings.ts";

/** `1234,5` and `1.234,50`: as most of Europe and South America write numbers, where a point groups thousands: not in `0.125`. */
const WITH_COMMA = /^[+-]?(?:[1-9]\d{0,2}(?:\.\d{3}){1,100}|\d{1,400})(?:,\d{1,400})?(?:[eE][+-]?\d{1,3})?$/;
/** `1234.5` and `1,234.50`: as English writes numbers, where a comma groups thousands. */
const GROUPED = /^[+-]?(?:[1-9]\d{0,2}(?:,\d{3}){1,100}|\d{1,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?$/;
const WITH_POINT = /^[+-]?\d{0,400}\.\d{1,400}$/;
/** No number is longer. */
const MAX_CHARS = 1000;

/** A number with a decimal comma in the form of the wire; undefined for any other text. */
export function plainNumber(text: string): string | undefined {
  const number = text.trim();
  if (number.length > MAX_CHARS || !WITH_COMMA.test(number)) return undefined;
  return number.replaceAll(".", "").replace(",", ".");
}

/** A number with commas between thousands in the form of the wire; undefined for any other text. */
function ungrouped(text: string): string | undefined {
  const number = text.trim();
  return number.length > MAX_CHARS || !GROUPED.test(number) ? undefined : number.replaceAll(",", "");
}

/** In which ways, other than the usual one, the text is a number: `1,5` in one, `1,234` in both. */
export function signsOf(text: string): DecimalSign[] {
  return [
    ...(plainNumber(text) === undefined ? [] : (["comma"] as const)),
    ...(ungrouped(text) === undefined ? [] : (["grouped"] as const)),
  ];
}

/** `1.5`, which is no number where a comma stands before the decimals. */
function hasDecimalPoint(text: string): boolean {
  return text.length <= MAX_CHARS && WITH_POINT.test(text.trim()) && plainNumber(text) === undefined;
}

/** A text for a field of numbers; other fields keep their texts. */
export function readNumberFor(field: Field, text: string, { decimal }: Readings): string {
  if (decimal === undefined || decimal === "point" || !isNumeric(field)) return text;
  if (decimal === "grouped") {
    if (text.includes(",") && ungrouped(text) === undefined)
      throw invalid(
        field.name,
        `expected a number with commas between thousands such as 1,234.5, got ${excerptOf(text)}`,
      );
    return ungrouped(text) ?? text;
  }
  if (hasDecimalPoint(text))
    throw invalid(field.name, `expected a number with a decimal comma such as 1.234,5, got ${excerptOf(text)}`);
  return plainNumber(text) ?? text;
}

/** The type that a cell is surely of, in a file with these readings. */
export function cellType({ decimal }: Readings): (cell: string) => FieldType {
  if (decimal === "grouped") return (cell) => typeOfCell(ungrouped(cell) ?? cell);
  if (decimal !== "comma") return typeOfCell;
  return (cell) => (hasDecimalPoint(cell) ? UNRECOGNISED : typeOfCell(plainNumber(cell) ?? cell));
}
