import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { trimmedCell } from "./string.ts";

const TRUE = new Set(["true", "t", "yes", "y", "on", "1"]);
const FALSE = new Set(["false", "f", "no", "n", "off", "0"]);

/** `true` or `false`. */
export const boolean: FieldTypeDefinition = Object.freeze({
  name: "boolean",
  kind: "boolean",
  storage: "bool",
  coerce(_field, value, path) {
    if (typeof value !== "boolean") throw invalid(path, "expected true or false");
    return value;
  },
  compare: compareScalars,
  settings: [],
  defaults: [],
  variables: ["user.claims"],
  operators: [],
  aggregates: [],
  unique: false,
  unique_together: true,
  indexed: true,
  sorted: true,
  grouped: true,
  cast(value) {
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return value !== 0;
    const text = typeof value === "string" ? value.trim().toLowerCase() : "";
    if (!TRUE.has(text) && !FALSE.has(text)) throw new RangeError("is neither true nor false");
    return TRUE.has(text);
  },
  readCell,
  readScalar: (value) => readCell(String(value))!,
  infer: {
    cell: (text) => /^(?:true|false)$/i.test(text),
    value: (value) => typeof value === "boolean",
  },
  rowSchema: () => ({ type: "boolean" }),
  inputSchema: () => ({ type: "boolean" }),
} satisfies FieldTypeDefinition);

function readCell(cell: string): Json | undefined {
  const text = trimmedCell(cell);
  if (text === undefined) return undefined;
  if (/^(?:true|1|yes)$/i.test(text)) return true;
  return /^(?:false|0|no)$/i.test(text) ? false : text;
}
