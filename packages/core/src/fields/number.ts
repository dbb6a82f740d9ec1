import { invalid } from "../errors.ts";
import { isExactNumber } from "../exact-numbers.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { castNumber, isPlainNumber, NUMBER_BASE, numberBounds } from "./numeric.ts";
import { checkRange, checkRangeSettings } from "./range.ts";

/** A finite double, never negative zero. */
export const number: FieldTypeDefinition = Object.freeze({
  ...NUMBER_BASE,
  name: "number",
  storage: "double",
  coerce(_field, value, path) {
    if (typeof value !== "number" || !Number.isFinite(value)) throw invalid(path, "expected a number");
    return value === 0 ? 0 : value;
  },
  compare: compareScalars,
  check: (field, value, path) => checkRange(number, field, value, path),
  checkSettings: (field, at) => checkRangeSettings(number, field, at),
  arithmetic: {
    exact: false,
    widest: () => Number.MAX_VALUE,
    add: (_field, a, b) => Number(a ?? 0) + Number(b),
    fromUnits: (units, scale) => Number(units) / 10 ** scale,
  },
  cast: castNumber,
  infer: {
    cell: (text) =>
      (/^-?(?:0|[1-9]\d*)?\.\d+$/.test(text) && isExactNumber(text)) ||
      (/^-?\d[\d.]*e/i.test(text) && isPlainNumber(text)),
    value: (value) => typeof value === "number",
    includes: ["integer"],
  },
  rowSchema: () => ({ type: "number" }),
  inputSchema: (field) => ({ type: "number", ...numberBounds(field) }),
} satisfies FieldTypeDefinition);
