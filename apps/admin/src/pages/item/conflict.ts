import type { Json } from "@plinth/core";
import { ownValues } from "./document.ts";
import type { Item } from "./item.ts";

/** Two versions of one item. */
export interface ItemConflict {
  /** What the form began with. */
  readonly base: Item;
  /** What was typed: the changed fields, or a whole document. */
  readonly mine: Readonly<Record<string, Json>>;
  /** The item as it is now. */
  readonly theirs: Item;
  /** `mine` is all of it: what it does not have was removed. */
  readonly isWhole: boolean;
}

/** Fields about which the two differ. */
export function differingFields({ mine, theirs, isWhole }: ItemConflict): string[] {
  const names = new Set([...Object.keys(mine), ...(isWhole ? Object.keys(ownValues(theirs)) : [])]);
  return [...names].filter((name) => !isSame(mine[name], theirs[name]));
}

/** What to write over theirs so that these fields become mine; undefined: nothing. */
export function resolvedBy({ mine, theirs, isWhole }: ItemConflict, kept: readonly string[]) {
  if (kept.length === 0) return undefined;
  const values: Record<string, Json> = isWhole ? ownValues(theirs) : {};
  for (const name of kept) {
    const value = mine[name];
    if (value === undefined) delete values[name];
    else values[name] = value;
  }
  return values;
}

export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
