import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { castNumber, NUMBER_BASE, numberBounds } from "./numeric.ts";
import { checkRange, checkRangeSettings } from "./range.ts";

/** A whole number that a JSON number carries exactly. */
export const integer: FieldTypeDefinition = Object.freeze({
  ...NUMBER_BASE,
  name: "integer",
  storage: "bigint",
  coerce(_field, value, path) {
    if (typeof value !== "number" || !Number.isSafeInteger(value)) {
      const range = Number.isInteger(value) ? " between -9007199254740991 and 9007199254740991" : "";
      throw invalid(path, `expected an integer${range}`);
    }
    return value === 0 ? 0 : value;
  },
  compare: compareScalars,
  check: (field, value, path) => checkRange(integer, field, value, path),
  checkSettings: (field, at) => checkRangeSettings(integer, field, at),
  arithmetic: {
    exact: true,
    widest: () => Number.MAX_SAFE_INTEGER,
    add: (_field, a, b) => Number(a ?? 0) + Number(b),
    fromUnits: (units) => fromBigInt(units),
  },
  cast(value) {
    // Sums may be integers beyond the range of a double.
    if (typeof value === "string" && INTEGER.test(value.trim()))
      return fromBigInt(BigInt(value.trim().replace(/^\+/, "")));
    const number = castNumber(value);
    const rounded = Math.sign(number) * Math.round(Math.abs(number));
    if (!Number.isSafeInteger(rounded)) throw new RangeError("cannot be represented exactly");
    return rounded === 0 ? 0 : rounded;
  },
  infer: {
    // Leading zeros mean a code, such as a postal code, not a number.
    cell: (text) => /^-?(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)),
    value: (value) => Number.isSafeInteger(value),
  },
  rowSchema: () => BOUNDS,
  inputSchema: (field) => ({ ...BOUNDS, ...numberBounds(field) }),
} satisfies FieldTypeDefinition);

const BOUNDS = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
const INTEGER = /^[+-]?\d{1,400}$/;

function fromBigInt(exact: bigint): Json {
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact.toString();
}
