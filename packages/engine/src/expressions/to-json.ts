import type { Json } from "@plinth/core";

const DEEPEST = 64;

/** What an expression results in, as JSON: a time as ISO 8601, a duration as its seconds. Throws for what is none. */
export function expressionJson(value: unknown, depth = 0): Json {
  if (depth > DEEPEST) throw new TypeError(`it has more than ${DEEPEST} levels`);
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new TypeError("it is no finite number");
    case "bigint":
      // Beyond, a number of JSON would be another one.
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case "object":
      return value === null ? null : objectJson(value, depth + 1);
    default:
      throw new TypeError("it is neither JSON nor a time");
  }
}

function objectJson(value: object, depth: number): Json {
  if (Array.isArray(value)) return value.map((part) => expressionJson(part, depth));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return entriesJson([...value], depth);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype === null || prototype === Object.prototype) return entriesJson(Object.entries(value), depth);
  if (isOptional(value)) return value.hasValue() ? expressionJson(value.value(), depth) : null;
  if (isDuration(value)) return Number(value.seconds) + value.nanos / 1e9;
  const whole = value.valueOf();
  if (typeof whole === "bigint") return expressionJson(whole, depth);
  throw new TypeError("it is neither JSON nor a time");
}

function entriesJson(entries: readonly (readonly [unknown, unknown])[], depth: number): Json {
  return Object.fromEntries(entries.map(([key, part]) => [String(key), expressionJson(part, depth)]));
}

function isOptional(value: object): value is { hasValue(): boolean; value(): unknown } {
  return "hasValue" in value && typeof value.hasValue === "function";
}

function isDuration(value: object): value is { readonly seconds: bigint; readonly nanos: number } {
  return "seconds" in value && "nanos" in value;
}
