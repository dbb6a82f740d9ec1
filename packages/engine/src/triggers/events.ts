import type { ChangeOperation, Collection } from "@plinth/core";

/** What happens to an item, as events name it. */
const ACTION_NAMES = { insert: "create", update: "update", delete: "delete" } as const satisfies Record<
  ChangeOperation,
  string
>;

/** `posts.create`, `posts.*`, `*.delete`, `*.*`. */
export const EVENT_PATTERN = /^(\*|[a-z][a-z0-9_]{0,62})\.(\*|create|update|delete)$/;

export const ALL_COLLECTIONS = "*";

/** The type of a message about a change. */
export function eventTypeOf({ slug }: Pick<Collection, "slug">, operation: ChangeOperation): string {
  return `${slug}.${ACTION_NAMES[operation]}`;
}

/** The collections that patterns name; `*` stands for all that Plinth does not fill itself. */
export function collectionsNamedBy(events: readonly string[]): string[] {
  return [...new Set(events.map((event) => event.slice(0, event.indexOf("."))))];
}

/** Whether one of the patterns fits a change. `*` leaves out built-in collections, as it does in rules: they must be named. */
export function fitsEvents(
  events: readonly string[],
  { slug, system }: Collection,
  operation: ChangeOperation,
): boolean {
  return events.some((event) => {
    const [collection, action] = event.split(".");
    const fits = collection === slug || (collection === ALL_COLLECTIONS && system === undefined);
    return fits && (action === "*" || action === ACTION_NAMES[operation]);
  });
}
