import { invalid, type PlinthError } from "./errors.ts";
import type { Json } from "./json.ts";

/**
 * JSON's readers make doubles of its numbers, and so change those with more digits than a double keeps, such as 64-bit
 * ids. These functions look at the text of a valid JSON value for them.
 */

const [MINUS, POINT, ZERO] = [0x2d, 0x2e, 0x30];
/** No double is written with more characters, except by padding. */
const MAX_SOURCE = 800;
const SHOWN = 40;

/** Throws `VALIDATION` that names the first number that a double would change. `prefix` is the name of the whole. */
export function requireExactNumbers(json: string, prefix = ""): void {
  if (!mayLoseDigits(json)) return;
  for (const { source, path } of inexactNumbers(json)) {
    const at = [...(prefix === "" ? [] : [prefix]), ...path].join(".");
    throw inexact(at === "" ? "body" : at, source);
  }
}

/** The value of a JSON text with those numbers as texts. Throws a `SyntaxError`. */
export function parseConverted(json: string): Json {
  const value = JSON.parse(json) as Json;
  const texts = mayLoseDigits(json) ? inexactAsTexts(json) : json;
  return texts === json ? value : (JSON.parse(texts) as Json);
}

function inexactAsTexts(json: string): string {
  let out = "";
  let from = 0;
  for (const { source, start } of inexactNumbers(json)) {
    out += `${json.slice(from, start)}"${source}"`;
    from = start + source.length;
  }
  return from === 0 ? json : out + json.slice(from);
}

/** The length of a run of digits and points that a double may not keep. */
const LONG = 16;

/**
 * False for nearly every body: at most 15 digits always survive, except below 10^-300. A long run covers one of the
 * places that are looked at, which costs far less than the parser.
 */
function mayLoseDigits(json: string): boolean {
  for (let i = LONG - 1; i < json.length; i += LONG) {
    if (!isDigitOrPoint(json.charCodeAt(i))) continue;
    let from = i;
    let to = i + 1;
    while (from > 0 && isDigitOrPoint(json.charCodeAt(from - 1))) from--;
    while (isDigitOrPoint(json.charCodeAt(to))) to++;
    if (to - from >= LONG) return true;
  }
  return hasSmallExponent(json, "e-") || hasSmallExponent(json, "E-");
}

function isDigitOrPoint(code: number): boolean {
  return (code >= ZERO && code < ZERO + 10) || code === POINT;
}

function hasSmallExponent(json: string, mark: "e-" | "E-"): boolean {
  for (let i = json.indexOf(mark); i >= 0; i = json.indexOf(mark, i + 2)) {
    if (/^\d{3}/.test(json.slice(i + 2, i + 5))) return true;
  }
  return false;
}

/**
 * Whether a double keeps a decimal number: it is written with the same value, or it is the double that the digits were
 * printed from, as `0.10000000000000001` is by `%.17g`. Whole numbers are written the same.
 */
export function isExactNumber(source: string): boolean {
  if (source.length > MAX_SOURCE) return false;
  const value = Number(source);
  if (!Number.isFinite(value)) return false;
  const { digits, exponent } = decimalOf(source);
  if (isSame(decimalOf(String(value)), digits, exponent)) return true;
  if (exponent >= 0 || digits.length > 100) return false;
  return isSame(decimalOf(value.toPrecision(digits.length)), digits, exponent);
}

/** `cell`: the number is a text already. */
export function inexact(path: string, source: string, { cell = false } = {}): PlinthError {
  const value = Number(source);
  const shown = source.length > SHOWN ? `${source.slice(0, SHOWN)}…` : source;
  if (!Number.isFinite(value)) return invalid(path, `the number ${shown} is too large`);
  const advice = `to keep all digits, use a decimal or text field${cell ? "" : " and send it as text"}`;
  return invalid(path, `the number ${shown} has too many digits and would become ${value}; ${advice}`);
}

interface Decimal {
  /** Without zeros at either end; empty for 0. */
  digits: string;
  /** The power of ten of the last digit. */
  exponent: number;
}

function decimalOf(source: string): Decimal {
  const [mantissa, power = "0"] = source.toLowerCase().replace(/^[+-]/, "").split("e") as [string, string?];
  const [whole, fraction = ""] = mantissa.split(".") as [string, string?];
  const all = whole + fraction;
  // An expression for the zeros at the end would try each run of zeros before it, which takes quadratic time.
  let end = all.length;
  while (all.charCodeAt(end - 1) === ZERO) end--;
  const digits = all.slice(0, end);
  if (digits === "") return { digits, exponent: 0 };
  const exponent = Number(power) - fraction.length + all.length - digits.length;
  return { digits: digits.replace(/^0+/, ""), exponent };
}

function isSame(a: Decimal, digits: string, exponent: number): boolean {
  return a.digits === digits && a.exponent === exponent;
}

interface FoundNumber {
  readonly source: string;
  readonly start: number;
  readonly path: readonly (string | number)[];
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];
const NUMBER = /-?\d[\d.eE+-]*/y;

/** Inexact numbers outside of texts, in order. */
function* inexactNumbers(json: string): Generator<FoundNumber> {
  const path: (string | number)[] = [];
  let text: [from: number, to: number] = [0, 0];
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) {
      const from = i++;
      for (let c = json.charCodeAt(i); c !== QUOTE && i < json.length; c = json.charCodeAt(i))
        i += c === BACKSLASH ? 2 : 1;
      text = [from, i + 1];
    } else if (code === COLON) path[path.length - 1] = JSON.parse(json.slice(...text)) as string;
    else if (code === COMMA) {
      const last = path.at(-1);
      if (typeof last === "number") path[path.length - 1] = last + 1;
    } else if (code === LIST) path.push(0);
    else if (code === OBJECT) path.push("");
    else if (code === LIST_END || code === OBJECT_END) path.pop();
    else if (code === MINUS || (code >= ZERO && code < ZERO + 10)) {
      NUMBER.lastIndex = i;
      const source = NUMBER.exec(json)![0];
      if (source.length > 4 && !isExactNumber(source)) yield { source, start: i, path };
      i += source.length - 1;
    }
  }
}
