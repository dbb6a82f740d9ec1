import { invalid } from "../errors.ts";
import { parseConverted } from "../exact-numbers.ts";
import type { Json, JsonObject } from "../json.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { trimmedCell, wellFormed } from "./string.ts";

const MAX_JSON_DEPTH = 100;

/** Any JSON. Filters, sorts and groups use a path inside it, never the whole. */
export const json: FieldTypeDefinition = Object.freeze({
  name: "json",
  kind: "json",
  storage: "json",
  coerce: (_field, value, path) => checkJson(value, path),
  compare: compareScalars,
  settings: [],
  defaults: [],
  variables: [],
  operators: [],
  aggregates: [],
  unique: false,
  unique_together: false,
  indexed: false,
  indexesMembers: true,
  sorted: false,
  grouped: false,
  readCell(cell, path) {
    const text = trimmedCell(cell);
    if (text === undefined) return undefined;
    const value = parsed(text);
    if (value === undefined) throw invalid(path, "is not valid JSON");
    return value;
  },
  infer: {
    cell: (text) => /^[[{]/.test(text) && parsed(text) !== undefined,
    value: (value) => typeof value === "object",
    holdsAll: true,
  },
  rowSchema: () => ({}),
  inputSchema: () => ({}),
} satisfies FieldTypeDefinition);

/** Undefined for invalid JSON. Numbers that a double would change are texts. */
function parsed(text: string): Json | undefined {
  try {
    return parseConverted(text);
  } catch {
    return undefined;
  }
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
