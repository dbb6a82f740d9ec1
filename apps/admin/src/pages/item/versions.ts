import type { Json } from "@plinth/core";
import type { Item } from "./item.ts";

/** A change of an item, as its history lists it. */
export interface Version {
  readonly position: string;
  readonly at: string;
  readonly operation: "insert" | "update" | "delete";
  readonly actor: string | null;
  readonly actor_name: string | null;
  readonly request_id: string | null;
  readonly changes: readonly { readonly field: string; readonly before: Json; readonly after: Json }[];
}

/**
 * What differs now from the version at this place of a history that begins with the newest: each later change taken back.
 *
 * @param isWritten Whether a field can be written.
 */
export function valuesAt(
  item: Item,
  history: readonly Version[],
  at: number,
  isWritten: (field: string) => boolean,
): Record<string, Json> {
  const then: Record<string, Json> = {};
  for (const { changes } of history.slice(0, at)) {
    for (const { field, before } of changes) if (isWritten(field)) then[field] = before;
  }
  const differing = Object.entries(then).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(item[name] ?? null),
  );
  return Object.fromEntries(differing);
}
