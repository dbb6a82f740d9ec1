import type { Collection, Condition, SortTerm } from "@plinth/core";
import { indexesOf, indexName, isLookup } from "./indexes.ts";

/** How to make a read cheaper that was refused for its cost. */
export interface Hint {
  /** The fields to index, where an index would help. */
  readonly index?: string;
  readonly text: string;
}

export function hintFor(collection: Collection, where: Condition): Hint {
  const filtered = indexableFields([where]);
  const index = lackingIn(collection, filtered).join(", ");
  if (index) return { index, text: `an index on ${index} and a narrower filter would help` };
  if (filtered.length === 0) return { text: "filter by an indexed field" };
  const have = filtered.length === 1 ? "has an index" : "have indexes";
  return { text: `${filtered.join(" and ")} ${have} already, so narrow the filter` };
}

/** Filtered fields that an index could serve and that have none; otherwise the fields of the sort. */
export function missingIndex(
  collection: Collection,
  conditions: readonly Condition[],
  sort: readonly SortTerm[] = [],
): string | null {
  const filtered = lackingIn(collection, indexableFields(conditions));
  const ordered = sort.flatMap(({ ref }) => indexName(ref) ?? []);
  return (filtered.length > 0 ? filtered : lackingIn(collection, ordered)).join(", ") || null;
}

function lackingIn(collection: Collection, names: readonly string[]): string[] {
  const led = new Set(indexesOf(collection).map(([first]) => first!));
  return names.filter((name) => !led.has(name));
}

function indexableFields(conditions: readonly Condition[]): string[] {
  const fields = new Set<string>();
  for (const condition of conditions) addIndexableFields(condition, fields);
  return [...fields];
}

function addIndexableFields(condition: Condition, into: Set<string>): void {
  if (condition.kind === "and" || condition.kind === "or") {
    for (const part of condition.of) addIndexableFields(part, into);
  } else if (isLookup(condition)) {
    const name = indexName(condition.ref);
    if (name !== undefined) into.add(name);
  }
}
