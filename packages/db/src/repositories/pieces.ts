import type { SqlDriver } from "@plinth/core";

const MAX_PIECE = 1000;

/** Splits a list into pieces that fit a statement's parameters, beside a few others. */
export function* pieces(driver: SqlDriver, ids: readonly string[]): Generator<string[]> {
  const size = Math.min(MAX_PIECE, driver.capabilities.maxParameters - 10);
  for (let i = 0; i < ids.length; i += size) yield ids.slice(i, i + size);
}
