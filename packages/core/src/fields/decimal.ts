import { invalid } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { NUMBER_BASE } from "./numeric.ts";
import { checkRange, checkRangeSettings } from "./range.ts";
import { trimmedCell } from "./string.ts";

const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/;

/** A number with exactly the field's digits after the point, as text: `"12.50"`. */
export const decimal: FieldTypeDefinition = Object.freeze({
  ...NUMBER_BASE,
  name: "decimal",
  storage: "numeric",
  coerce,
  compare(a, b) {
    const [x, y] = [decimalUnits(a as string), decimalUnits(b as string)];
    return x < y ? -1 : x > y ? 1 : 0;
  },
  check: (field, value, path) => checkRange(decimal, field, value, path),
  settings: ["min", "max", "precision", "scale"],
  checkSettings(field, at) {
    if (scaleOf(field) > precisionOf(field)) throw invalid(`${at}.scale`, "cannot exceed precision");
    checkRangeSettings(decimal, field, at);
  },
  arithmetic: {
    exact: true,
    widest: (field) => unitsToDecimal(10n ** BigInt(precisionOf(field)) - 1n, scaleOf(field)),
    add(field, a, b) {
      const units = a === null ? 0n : decimalUnits(a as string);
      return unitsToDecimal(units + decimalUnits(b as string), scaleOf(field));
    },
    fromUnits: unitsToDecimal,
  },
  readCell: trimmedCell,
  rowSchema: (field) => ({ type: "string", pattern: exactPattern(field) }),
  inputSchema: (field): JsonObject => ({
    anyOf: [{ type: "string", pattern: loosePattern(field) }, { type: "number" }],
  }),
} satisfies FieldTypeDefinition);

/** Digits in total. */
export function precisionOf(field: Field): number {
  return field.precision ?? 18;
}

/** Digits after the point. */
export function scaleOf(field: Field): number {
  return field.scale ?? 2;
}

function coerce(field: Field, value: Json, path: string): string {
  const precision = precisionOf(field);
  const scale = scaleOf(field);
  const want = `expected a decimal such as "12.5" with at most ${precision - scale} digits before and ${scale} after the point`;
  const text = typeof value === "number" ? numberText(value, path) : typeof value === "string" ? value : "";
  const match = DECIMAL.exec(text);
  if (!match) throw invalid(path, want);
  const [, sign, whole, fraction = ""] = match as unknown as [string, string, string, string?];
  const digits = whole.replace(/^0+(?=\d)/, "");
  const trimmed = fraction.replace(/0+$/, "");
  if (digits.length > Math.max(1, precision - scale) || trimmed.length > scale) throw invalid(path, want);
  if (precision === scale && digits !== "0") throw invalid(path, want);
  const body = scale === 0 ? digits : `${digits}.${trimmed.padEnd(scale, "0")}`;
  return sign === "-" && /[1-9]/.test(body) ? `-${body}` : body;
}

/** All doubles with at most 15 digits are the numbers that were sent; beyond, another one may have been. */
const CERTAIN_DIGITS = 15;

function numberText(value: number, path: string): string {
  if (!Number.isFinite(value)) return "";
  const [, sign, whole, fraction = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))!;
  const digits = whole! + fraction;
  if (!Number.isSafeInteger(value) && digits.replace(/^0+|0+$/g, "").length > CERTAIN_DIGITS) {
    throw invalid(path, `a number of more than ${CERTAIN_DIGITS} digits is not exact in JSON; send it as text`);
  }
  const point = whole!.length + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, "0");
  return point === padded.length ? sign + padded : `${sign}${padded.slice(0, point)}.${padded.slice(point)}`;
}

/** A decimal as an integer count of its smallest unit: `"12.50"` with scale 2 is 1250. */
export function decimalUnits(text: string): bigint {
  return BigInt(text.replace(".", ""));
}

/** The reverse of `decimalUnits`. */
export function unitsToDecimal(units: bigint | number, scale: number): string {
  const negative = units < 0;
  const digits = String(negative ? -units : units).padStart(scale + 1, "0");
  const at = digits.length - scale;
  const body = scale === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
  return negative ? `-${body}` : body;
}

/** With all digits after the point, as in rows. */
function exactPattern(field: Field): string {
  const scale = scaleOf(field);
  const before = precisionOf(field) - scale;
  const whole = before === 0 ? "0" : `(0|[1-9]\\d{0,${before - 1}})`;
  return scale === 0 ? `^-?${whole}$` : `^-?${whole}\\.\\d{${scale}}$`;
}

/** Every accepted spelling. */
function loosePattern(field: Field): string {
  const scale = scaleOf(field);
  const before = precisionOf(field) - scale;
  const whole = before === 0 ? "0+" : `0*\\d{1,${before}}`;
  return scale === 0 ? `^[+-]?${whole}(\\.0+)?$` : `^[+-]?${whole}(\\.(?=\\d)\\d{0,${scale}}0*)?$`;
}
