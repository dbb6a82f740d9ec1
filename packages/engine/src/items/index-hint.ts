import type { Collection, Condition, SortTerm } from "@plinth/core";
import { indexesOf, indexName, isLookup } from "./indexes.ts";

/** What would make a read that is refused for its cost cheaper. */
export interface Hint {
  /** The fields that an index would be on, where one would help. */
  readonly index?: string;
  readonly text: string;
}

export function hintFor(collection: Collection, where: Condition): Hint {
  const index = missingIndex(collection, [where]);
  return index
    ? { index, text: `an index on ${index} and a narrower filter would help` }
    : { text: "filter by an indexed field" };
}

/** The fields that the conditions ask about in a way that an index serves, and that have none; else those of the order. */
export function missingIndex(
  collection: Collection,
  conditions: readonly Condition[],
  sort: readonly SortTerm[] = [],
): string | null {
  const asked = new Set<string>();
  for (const condition of conditions) addServed(condition, asked);
  const ordered = sort.flatMap(({ ref }) => indexName(ref) ?? []);
  const led = new Set(indexesOf(collection).map(([first]) => first!));
  const lacking = [asked, ordered].map((names) => [...names].filter((name) => !led.has(name)));
  return (lacking.find((names) => names.length > 0) ?? []).join(", ") || null;
}

function addServed(condition: Condition, into: Set<string>): void {
  if (condition.kind === "and" || condition.kind === "or") {
    for (const part of condition.of) addServed(part, into);
  } else if (isLookup(condition)) {
    const name = indexName(condition.ref);
    if (name !== undefined) into.add(name);
  }
}
