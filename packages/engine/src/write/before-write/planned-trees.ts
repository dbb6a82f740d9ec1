import type { Collection, Mutation, Row } from "@plinth/core";
import type { HookedItem } from "./plan.ts";

/** Items of one request about which hooks are asked. */
export const MAX_ASKED = 1000;

/** The label of guards by which a batch fails if something has changed since the hooks were asked. */
export const CHANGED = "changed since a function was asked";

/** What hooks are asked of one tree, and the trees that do it afterwards. */
export interface PlannedTrees {
  readonly items: readonly HookedItem[];
  /** Stored items that must still be the same. */
  readonly read: readonly StoredRows[];
  /** Guards of what must still be absent, before the whole batch. */
  readonly absent: readonly Mutation[];
  /** Once the hooks have answered. The guards stand just before the trees. */
  rewrite(): { readonly guards: readonly Mutation[]; readonly trees: readonly Mutation[] };
}

export interface StoredRows {
  readonly collection: Collection;
  readonly rows: readonly Row[];
}
