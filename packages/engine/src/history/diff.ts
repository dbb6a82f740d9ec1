import { isEqual, type Json, type JsonObject } from "@plinth/core";

/** A field before and after a change. */
export interface FieldDifference {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** Every write sets them, so they say nothing about it. */
const SET_BY_EVERY_WRITE: ReadonlySet<string> = new Set(["updated_at", "version"]);

/** The fields in which two states of an item differ; null: it did not exist. */
export function differences(before: JsonObject | null, after: JsonObject | null): FieldDifference[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((field) => {
    if (SET_BY_EVERY_WRITE.has(field)) return [];
    const [was, is] = [before?.[field] ?? null, after?.[field] ?? null];
    return isEqual(was, is) ? [] : [{ field, before: was, after: is }];
  });
}
