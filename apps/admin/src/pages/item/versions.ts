import type { ItemVersion } from "@plinth/client";
import type { Json } from "@plinth/core";

type Values = Readonly<Record<string, Json>>;

/**
 * What differs now from the version at this place of a history that begins with the newest: each later change taken back.
 *
 * @param item As it is now; an item that has been deleted has no values.
 */
export function valuesAt(
  item: Values,
  history: readonly Pick<ItemVersion, "changes">[],
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

/** The values of a change before it, or after it. */
export function sideOf(
  { changes }: Pick<ItemVersion, "changes">,
  side: "before" | "after",
  isShown: (field: string) => boolean = () => true,
): Record<string, Json> {
  return Object.fromEntries(changes.filter(({ field }) => isShown(field)).map((one) => [one.field, one[side]]));
}
