import type { JsonObject } from "@plinth/core";

/** Copies in the form of what they are compared with. */

/** Groups have no id in an aggregate's own answer. */
export function withoutKeys(rows: readonly JsonObject[], like: readonly JsonObject[]): JsonObject[] {
  return rows.map((row, i) => {
    if (like[i] && "id" in like[i]) return row;
    const { id: _id, ...rest } = row;
    return rest;
  });
}

export function byId(rows: readonly JsonObject[]): JsonObject[] {
  return rows.toSorted((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1));
}
