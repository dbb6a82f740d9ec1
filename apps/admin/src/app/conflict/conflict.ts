import { isEqual, type Json } from "@plinth/core";

export type Values = Readonly<Record<string, Json>>;

/** Two versions of one item. */
export interface ItemConflict {
  /** What the change began with. */
  readonly base: Values;
  /** The changed fields, or a whole document. */
  readonly mine: Values;
  /** The item as it is now; of a document without the fields that Plinth keeps. */
  readonly theirs: Values;
  /** `mine` is all of it: what it does not have was removed. */
  readonly isWhole: boolean;
}

/** Fields about which the two differ. */
export function differingFields({ mine, theirs, isWhole }: ItemConflict): string[] {
  const names = new Set([...Object.keys(mine), ...(isWhole ? Object.keys(theirs) : [])]);
  return [...names].filter((name) => !isSame(mine[name], theirs[name]));
}

/** What to write over theirs so that these fields become mine; undefined: nothing. */
export function resolvedBy({ mine, theirs, isWhole }: ItemConflict, kept: readonly string[]): Values | undefined {
  if (kept.length === 0) return undefined;
  const values: Record<string, Json> = isWhole ? { ...theirs } : {};
  for (const name of kept) {
    const value = mine[name];
    if (value === undefined) delete values[name];
    else values[name] = value;
  }
  return values;
}

/** An absent value and an empty one are the same. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return isEqual(a ?? null, b ?? null);
}
