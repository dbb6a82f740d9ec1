import type { JsonObject } from "@plinth/core";

/** Copies in the form of what they are compared with: items in the order of their ids. */
export function byId(rows: readonly JsonObject[]): JsonObject[] {
  return rows.toSorted((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1));
}
