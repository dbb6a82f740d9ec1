import { type Field, fieldType } from "@plinth/core";
import { usualWidth } from "../cell-value.ts";
import { GUTTER } from "./row-head.tsx";

/** Pixels beyond which a text is no easier to read. */
const MOST = 480;

/** What is read in words gains by more room; a number or a day does not. */
const grows = (field: Field): boolean => ["text", "json", "list", "reference"].includes(fieldType(field).kind);

/**
 * The width of each column by its field, in CSS pixels. Where they leave room in the frame, columns of words to which nobody has
 * given a width share it.
 */
export function filledWidths(
  fields: readonly Field[],
  widths: Readonly<Record<string, number>>,
  room: number,
): ReadonlyMap<string, number> {
  const usual = new Map(fields.map((field) => [field.name, widths[field.name] ?? usualWidth(field)]));
  const growing = fields.filter((field) => widths[field.name] === undefined && grows(field));
  const left = room - [...usual.values()].reduce((sum, width) => sum + width, GUTTER);
  if (left <= 0 || growing.length === 0) return usual;
  const more = Math.floor(left / growing.length);
  for (const field of growing) {
    const width = usual.get(field.name)!;
    usual.set(field.name, Math.max(width, Math.min(MOST, width + more)));
  }
  return usual;
}
