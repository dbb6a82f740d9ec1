import type { Json } from "../json.ts";
import { FIELD_TYPE_NAMES, FIELD_TYPES, type FieldType } from "./table.ts";
import { MAX_TEXT } from "./text.ts";

/** How an import infers the types of columns. Uncertain values are text. */

const INFERRED = FIELD_TYPE_NAMES.flatMap((name) => {
  const { infer } = FIELD_TYPES[name];
  return infer ? [{ name, infer }] : [];
});

/** The type of a value that no other type recognises. */
export const UNRECOGNISED: FieldType = "text";

/** The type that a CSV's cell is surely of. */
export function typeOfCell(cell: string): FieldType {
  const text = cell.trim();
  return INFERRED.find(({ infer }) => infer.cell(text))?.name ?? UNRECOGNISED;
}

/** The same for a value in a JSON file. */
export function typeOfValue(value: Exclude<Json, null>): FieldType {
  return INFERRED.find(({ infer }) => infer.value(value))?.name ?? UNRECOGNISED;
}

/** The one type for a column with values of these types; `longest` counts characters. */
export function typeOfColumn(types: ReadonlySet<FieldType>, longest: number, cells: boolean): FieldType {
  const seen = [...types];
  if (seen.length === 1 && seen[0] !== UNRECOGNISED) return seen[0]!;
  if (seen.length > 1) {
    const wide = INFERRED.find(({ name, infer }) => seen.every((one) => one === name || infer.includes?.includes(one)));
    if (wide) return wide.name;
    // Only JSON holds objects beside other values without loss.
    const holder = cells ? undefined : INFERRED.find(({ name, infer }) => infer.holdsAll && types.has(name));
    if (holder) return holder.name;
  }
  return longest > MAX_TEXT ? "longtext" : UNRECOGNISED;
}
