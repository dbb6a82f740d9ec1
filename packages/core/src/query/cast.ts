import { invalid } from "../errors.ts";
import type { Json } from "../schema.ts";
import { coerceType, compareText } from "../values.ts";
import type { FieldValue } from "./query.ts";

export const CAST_TYPES = ["text", "integer", "number", "boolean", "date", "timestamp"] as const;
export type CastType = (typeof CAST_TYPES)[number];

const TRUE = new Set(["true", "t", "yes", "y", "on", "1"]);
const FALSE = new Set(["false", "f", "no", "n", "off", "0"]);
/** No double has more to say, and a text may have millions of digits. */
const NUMBER = /^[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})(e[+-]?\d{1,3})?$/i;
const INTEGER = /^[+-]?\d{1,400}$/;

/**
 * A value as one of another type, in the domain's form, the same whatever store it came from. Null stays null. Texts are
 * read as SQL's casts read them; halves are rounded away from zero. Throws `VALIDATION` naming `path` for what has no
 * such form.
 */
export function castValue(value: FieldValue, type: CastType, path: string): FieldValue {
  if (value === null) return null;
  switch (type) {
    case "text":
      return typeof value === "string" ? value : JSON.stringify(value, inOrder);
    case "number":
      return toNumber(value, type, path);
    case "integer":
      return toInteger(value, path);
    case "boolean":
      return toBoolean(value, path);
    case "date":
    case "timestamp":
      return toTime(value, type, path);
  }
}

/** Stores keep the keys of an object in orders of their own. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)));
}

function toNumber(value: Exclude<FieldValue, null>, type: CastType, path: string): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = typeof value === "string" ? value.trim() : "";
  const number = typeof value === "number" ? value : NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) throw unfit(value, type, path);
  return number === 0 ? 0 : number;
}

function toInteger(value: Exclude<FieldValue, null>, path: string): FieldValue {
  // Sums may be integers beyond what a double can hold.
  if (typeof value === "string" && INTEGER.test(value.trim())) {
    const exact = BigInt(value.trim().replace(/^\+/, ""));
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact.toString();
  }
  const number = toNumber(value, "integer", path);
  const rounded = Math.sign(number) * Math.round(Math.abs(number));
  if (!Number.isSafeInteger(rounded)) throw unfit(value, "integer", path);
  return rounded === 0 ? 0 : rounded;
}

function toBoolean(value: Exclude<FieldValue, null>, path: string): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (!TRUE.has(text) && !FALSE.has(text)) throw unfit(value, "boolean", path);
  return TRUE.has(text);
}

function toTime(value: Exclude<FieldValue, null>, type: "date" | "timestamp", path: string): FieldValue {
  try {
    const time = coerceType({ name: path, type: "timestamp" }, value as Json, path) as string;
    return type === "date" ? time.slice(0, 10) : time;
  } catch {
    throw unfit(value, type, path);
  }
}

const SHOWN_CHARACTERS = 60;

function unfit(value: FieldValue, type: CastType, path: string): Error {
  const shown = JSON.stringify(value);
  const text = shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown;
  return invalid(path, `${text} cannot be read as ${type}`);
}
