import type { Aggregate, FieldValue, Find } from "./query.ts";

/**
 * A read whose items include their related items, level by level. A store answers one level at a time, whatever the
 * number of rows; so each has its own values, of which the first is the list of parents.
 */
export interface Read {
  readonly tree: Find | Aggregate;
  readonly values: readonly FieldValue[];
  readonly expansions: readonly Expansion[];
}

/** Related items, or values computed from them, as one more value of each parent item. */
export interface Expansion {
  /** One relation may have several, each with its own filter, order and page. */
  readonly as: string;
  /** The parent's value under this name identifies its related items. */
  readonly key: string;
  /** The key is only read for this, and is removed again. */
  readonly hidden?: boolean;
  /** Its tree has the relation as its `parentFilter`. */
  readonly read: Read;
  /** Without items, `one` is null and `list` is empty. */
  readonly shape: "one" | "list";
  /** Names whose values move to the parent item instead; from a list, a list for each. */
  readonly spread?: readonly string[];
  /** Parents whose list is visible at all, where the caller's rule does not show it on every item: ids in, ids out. */
  readonly shownOn?: Find;
  /** The value for a parent without related items, if not null. */
  readonly nothing?: FieldValue;
}
