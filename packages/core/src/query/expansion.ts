import type { Aggregate, FieldValue, Find } from "./query.ts";

/**
 * A read with what is related to its items put into them, level by level. A store answers one level at a time, whatever
 * the number of rows; so each has values of its own, of which the first is the list of parents.
 */
export interface Read {
  readonly tree: Find | Aggregate;
  readonly values: readonly FieldValue[];
  readonly expansions: readonly Expansion[];
}

/** Related items, or what is computed of them, as one more value of each item above. */
export interface Expansion {
  /** Several may stand for one relation, each with a filter, an order and a page of its own. */
  readonly as: string;
  /** What the rows above hold under this name says which of the related items are theirs. */
  readonly key: string;
  /** The key is there for this alone, and is taken out again. */
  readonly hidden?: boolean;
  /** Its tree has the relation as its `parentFilter`. */
  readonly read: Read;
  /** `one` is null where nothing is there; `list` is empty. */
  readonly shape: "one" | "list";
  /** Names whose values become those of the item above instead; from a list, a list for each. */
  readonly spread?: readonly string[];
  /** Parents that show the list at all, where the caller's rule does not show it on every item: ids in, ids out. */
  readonly shownOn?: Find;
  /** What stands for a parent of which nothing is there, unless null does. */
  readonly nothing?: FieldValue;
}
