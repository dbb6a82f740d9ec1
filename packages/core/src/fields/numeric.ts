import { inexact, isExactNumber } from "../exact-numbers.ts";
import type { Json, JsonObject } from "../json.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { trimmedCell } from "./string.ts";

/** The shared part of types whose values are numbers. */

const CELL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** No double needs more digits, and a text may have millions. */
const CASTABLE = /^[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})(e[+-]?\d{1,3})?$/i;

export const NUMBER_BASE = {
  kind: "number",
  settings: ["min", "max"],
  defaults: [],
  variables: ["user.claims"],
  operators: ["order"],
  aggregates: ["sum", "avg", "min", "max"],
  unique: true,
  unique_together: true,
  indexed: true,
  sorted: true,
  grouped: true,
  readCell(cell: string, path: string): Json | undefined {
    const text = trimmedCell(cell);
    if (text === undefined || !CELL.test(text)) return text;
    if (!isExactNumber(text)) throw inexact(path, text, { cell: true });
    return Number(text);
  },
} as const satisfies Partial<FieldTypeDefinition>;

/** As SQL's casts read it. */
export function castNumber(value: Exclude<Json, null>): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = typeof value === "string" ? value.trim() : "";
  const number = typeof value === "number" ? value : CASTABLE.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) throw new RangeError("is not a number");
  return number === 0 ? 0 : number;
}

/** Whether a text survives a round trip: `007`, `1.0` and numbers beyond a double's precision do not. */
export function isPlainNumber(text: string): boolean {
  return /^-?\d/.test(text) && text.length <= 24 && String(Number(text)) === text;
}

export function numberBounds({ min, max }: Field): JsonObject {
  return {
    ...(min !== undefined && { minimum: Number(min) }),
    ...(max !== undefined && { maximum: Number(max) }),
  };
}
