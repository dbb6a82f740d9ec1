/** The few assertions that the suites need, on any runtime. */
import { DataError, type DataErrorKind } from "@plinth/core";

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export function equal(actual: unknown, expected: unknown, what = "value"): void {
  if (!same(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/** The call must fail with a `DataError` of this kind, which is returned. */
export async function failsWith(call: Promise<unknown>, ...kinds: DataErrorKind[]): Promise<DataError> {
  const kind = kinds.join(" or ");
  const error = await rejectionOf(call);
  if (!(error instanceof DataError)) throw new Error(`expected a DataError "${kind}", got ${show(error)}`);
  if (!kinds.includes(error.kind)) equal(error.kind, kind, `kind of ${show(error.cause)}`);
  return error;
}

export async function rejectionOf(call: Promise<unknown>): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    return error;
  }
  throw new Error(`expected a failure, got ${show(answer)}`);
}

/** Deep equality of drivers' values: bytes, arrays, rows with or without a prototype. −0 equals 0. */
function same(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array !== b instanceof Uint8Array || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && same((a as never)[key], (b as never)[key]));
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}${value.cause ? ` (${show(value.cause)})` : ""}`;
  const text =
    JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
