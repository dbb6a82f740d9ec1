import { invalid } from "./errors.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { DEFAULT_PRECISION, DEFAULT_SCALE, type Field, type Json, type JsonObject } from "./schema.ts";

/**
 * The domain's form of each field type, which is also its form on the wire:
 * text, longtext, enum, file: string · integer: safe integer · number: finite number · boolean ·
 * decimal: text with exactly `scale` digits (`"12.50"`) · json: any JSON · timestamp: `2024-05-01T10:00:00.000Z` ·
 * date: `2024-05-01` · uuid, relation: lower-case text.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?([Zz]|[+-]\d\d:?\d\d)?)?$/;
const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/;
const MAX_TEXT = 255;
const MAX_LONGTEXT = 10_000_000;
const MAX_JSON_DEPTH = 100;

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}

/** Checks a non-null value against its field and returns the domain's form. Throws `VALIDATION` naming `path`. */
export function coerce(field: Field, value: Json, path: string = field.name): Json {
  const typed = coerceType(field, value, path);
  if (typeof typed === "string" || typeof typed === "number") checkBounds(field, typed, path);
  return typed;
}

/**
 * The same without the field's own bounds: a filter may compare with any value of the type. A text is accepted where a
 * URL can carry nothing else.
 */
export function coerceType(field: Field, value: Json, path: string): Json {
  switch (field.type) {
    case "text":
    case "longtext":
    case "enum":
    case "file":
      return wellFormed(value, path);
    case "integer":
      if (typeof value !== "number" || !Number.isSafeInteger(value)) {
        throw invalid(path, "expected an integer between -9007199254740991 and 9007199254740991");
      }
      return value === 0 ? 0 : value;
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) throw invalid(path, "expected a number");
      return value === 0 ? 0 : value;
    case "decimal":
      return decimal(field, value, path);
    case "boolean":
      if (typeof value !== "boolean") throw invalid(path, "expected true or false");
      return value;
    case "json":
      return checkJson(value, path, 0);
    case "timestamp":
      return timestamp(value, path);
    case "date":
      return date(value, path);
    case "relation_many":
      throw invalid(
        path,
        `${field.name} is a list of related items and cannot be written as a value and cannot be written as a value and cannot be written as a value and cannot be written as a value and cannot be written as a value`,
      );
    case "uuid":
    case "relation":
      if (!isUuid(value)) throw invalid(path, "expected a UUID such as 018f4e9a-5c1e-7b3a-9c2d-0123456789ab");
      return value.toLowerCase();
  }
}

function wellFormed(value: Json, path: string): string {
  if (typeof value !== "string") throw invalid(path, "expected a text");
  if (value.includes("\0")) throw invalid(path, "a text may not hold the character U+0000");
  if (!value.isWellFormed()) throw invalid(path, "the text is not valid Unicode");
  return value;
}

/** Any JSON that every engine stores alike: no U+0000, no lone surrogates, finite numbers, bounded depth. */
export function checkJson<T extends Json>(value: T, path: string, depth = 0): T {
  if (depth > MAX_JSON_DEPTH)
    throw invalid(path, `JSON may be nested at most ${MAX_JSON_DEPTH} levels deep`, "LIMIT_EXCEEDED");
  if (typeof value === "string") wellFormed(value, path);
  else if (typeof value === "number") {
    if (!Number.isFinite(value)) throw invalid(path, "the number is too large");
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(value[i]!, `${path}.${i}`, depth + 1);
  } else if (value !== null && typeof value === "object") {
    for (const key of Object.keys(value)) {
      const at = path === "" ? key : `${path}.${key}`;
      wellFormed(key, at);
      checkJson((value as JsonObject)[key]!, at, depth + 1);
    }
  }
  return value;
}

function decimal(field: Field, value: Json, path: string): string {
  const precision = field.precision ?? DEFAULT_PRECISION;
  const scale = field.scale ?? DEFAULT_SCALE;
  const want = `expected a decimal such as "12.5" with at most ${precision - scale} digits before and ${scale} after the point`;
  const text = typeof value === "number" ? plainNumber(value) : typeof value === "string" ? value : "";
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

function plainNumber(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 }) : "";
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

function timestamp(value: Json, path: string): string {
  const want = "expected a date and time such as 2024-05-01T10:00:00Z";
  // Numbers are milliseconds since the epoch, as JavaScript clients have them at hand.
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw invalid(path, want);
    return instant(value, path, want);
  }
  const match = typeof value === "string" ? TIMESTAMP.exec(value) : null;
  if (!match) throw invalid(path, want);
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  checkDay(Number(year), Number(month), Number(day), path, want);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw invalid(path, want);
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const utc = Date.UTC(
    2000,
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  const at = new Date(utc);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return instant(at.getTime() - offset(zone, path, want), path, want);
}

function offset(zone: string, path: string, want: string): number {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 15 || minutes > 59) throw invalid(path, want);
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Years 0001 to 9999, which text order and both engines' types can hold. */
function instant(milliseconds: number, path: string, want: string): string {
  const at = new Date(milliseconds);
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) throw invalid(path, want);
  return at.toISOString();
}

function date(value: Json, path: string): string {
  const want = "expected a date such as 2024-05-01";
  const match = typeof value === "string" ? DATE.exec(value) : null;
  if (!match) throw invalid(path, want);
  checkDay(Number(match[1]), Number(match[2]), Number(match[3]), path, want);
  return value as string;
}

function checkDay(year: number, month: number, day: number, path: string, want: string): void {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (year < 1 || day < 1 || day > days) throw invalid(path, want);
}

function checkBounds(field: Field, value: string | number, path: string): void {
  if (typeof value === "string") checkText(field, value, path);
  if (field.min !== undefined && compareBound(field, value, field.min) < 0)
    throw invalid(path, `must be at least ${field.min}`);
  if (field.max !== undefined && compareBound(field, value, field.max) > 0)
    throw invalid(path, `must be at most ${field.max}`);
}

function compareBound(field: Field, value: string | number, bound: string | number): number {
  if (field.type === "decimal") {
    const a = decimalUnits(value as string);
    const b = decimalUnits(decimal(field, bound, field.name));
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const other = typeof value === "string" ? (coerceType(field, bound, field.name) as string) : Number(bound);
  return value < other ? -1 : value > other ? 1 : 0;
}

function checkText(field: Field, value: string, path: string): void {
  if (field.type === "enum") {
    if (!field.values?.includes(value)) throw invalid(path, `must be one of ${(field.values ?? []).join(", ")}`);
    return;
  }
  if (field.type !== "text" && field.type !== "longtext" && field.type !== "file") return;
  const max = field.maxLength ?? (field.type === "longtext" ? MAX_LONGTEXT : field.type === "text" ? MAX_TEXT : 1024);
  // The number of UTF-16 units bounds the number of code points from above, so most texts are not counted.
  if (value.length > max && codePoints(value) > max) throw invalid(path, `must have at most ${max} characters`);
  const min = field.minLength ?? 0;
  if (min > 0 && codePoints(value) < min) throw invalid(path, `must have at least ${min} characters`);
  if (field.pattern !== undefined) checkPattern(field.pattern, value, path);
}

function checkPattern(source: string, value: string, path: string): void {
  const pattern = storedPattern(source, path);
  if (value.length > pattern.maxChars)
    throw invalid(path, `must have at most ${pattern.maxChars} characters, the limit for the pattern ${source}`);
  if (!pattern.test(value)) throw invalid(path, `must match the pattern ${source}`);
}

/** Fields that were defined before patterns had to be matchable in bounded time can be read, and written once mended. */
function storedPattern(source: string, path: string): Pattern {
  try {
    return compilePattern(source);
  } catch (error) {
    throw invalid(path, `its pattern ${(error as Error).message}; give the field another pattern`);
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Order by Unicode code points, as the engines' binary collations have it; JavaScript's `<` goes by UTF-16 units. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      const surrogateX = x >= 0xd800 && x <= 0xdfff;
      const surrogateY = y >= 0xd800 && y <= 0xdfff;
      if (surrogateX !== surrogateY) return surrogateX ? 1 : -1;
      return x - y;
    }
  }
  return a.length - b.length;
}
