import { invalid } from "./errors.ts";
import type { Json } from "./json.ts";

/** A value of a function as JSON, as the API takes and sends it. What JSON does not have is refused, not left out. */
export function plainJson(value: unknown, path: string): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw invalid(path, "is no number that JSON has");
      return value;
    case "bigint":
      return String(value);
    case "object":
      break;
    default:
      throw invalid(path, `${typeof value} is not a value of JSON`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((one, i) => plainJson(one, `${path}.${i}`));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Map || value instanceof Set || value instanceof Uint8Array || value instanceof Error)
    throw invalid(path, "a Map, a Set, an Error and bytes are not values of JSON");
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([key, one]) => [key, plainJson(one, `${path}.${key}`)]));
}
