import { type Find, invalid } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";

export const DEFAULT_LIMIT = 50;

/** A number of the request within its range. `path` is its position in the request. */
export function countIn(value: number | undefined, path: string, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw invalid(path, `expected a whole number ${range}`);
}

/** The page of related items of one item. */
export function pageOf(
  { engine }: RequestContext,
  { limit, offset }: { readonly limit?: number | undefined; readonly offset?: number | undefined },
  path: string,
): Pick<Find, "limit" | "offset"> {
  return {
    limit: { value: countIn(limit, `${path}.limit`, DEFAULT_LIMIT, 1, engine.config.maxLimit) },
    offset: { value: countIn(offset, `${path}.offset`, 0, 0, Number.MAX_SAFE_INTEGER) },
  };
}
