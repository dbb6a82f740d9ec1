import {
  type Collection,
  type Condition,
  FOLDED_INDEXES,
  type FoldedIndex,
  foldedIndexes,
  type SortTerm,
} from "@plinth/core";
import { conjuncts, type IndexedCondition, indexedColumns, indexName, isColumn, isLookup } from "./indexes.ts";

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

/** What a plan costs: it reads a table in full, or sorts all that it has found. */
interface PlanCost {
  readonly scans: readonly string[];
  readonly sorts: boolean;
}

/** The fields of the index that a plan lacks: see `missingIndexFields`. */
export function missingIndex(...question: Parameters<typeof missingIndexFields>): string | null {
  return missingIndexFields(...question)?.join(", ") ?? null;
}

/**
 * The index that a plan lacks: on filtered fields that have none; otherwise on those that are compared for equality and
 * then the fields of the sort, so that no sorting is needed. Null if the plan is cheap, or no index would help.
 */
export function missingIndexFields(
  plan: PlanCost,
  collection: Collection,
  conditions: readonly Condition[],
  sort: readonly SortTerm[] = [],
): readonly string[] | null {
  if (plan.scans.length === 0 && !plan.sorts) return null;
  const filtered = lackingIn(collection, indexableFields(conditions));
  if (filtered.length > 0) return filtered;
  // Every index ends with the id, which breaks ties.
  const ordered = sort.map(({ ref }) => indexName(ref)).filter((name) => name !== "id");
  if (ordered.some((name) => name === undefined)) return null;
  const equal = conditions.flatMap(conjuncts).flatMap((part) => (isEquality(part) ? (indexName(part.ref) ?? []) : []));
  const columns = [...new Set([...equal, ...(ordered as string[])])];
  return indexedColumns(collection).some((index) => columns.every((name, i) => index[i] === name)) ? null : columns;
}

function isEquality(condition: Condition): condition is IndexedCondition {
  return condition.kind === "compare" && condition.op === "eq" && isLookup(condition);
}

function lackingIn(collection: Collection, names: readonly string[]): string[] {
  const led = new Set(indexedColumns(collection).map(([first]) => first!));
  for (const field of collection.fields) {
    const served = field.indexed_ignore_accents ? FOLDED_INDEXES : FOLDED_INDEXES.filter((setting) => field[setting]);
    for (const setting of served) led.add(foldedName(field.name, setting));
  }
  return names.filter((name) => !led.has(name));
}

/** An index that a setting of the field makes. */
function foldedName(field: string, setting: FoldedIndex): string {
  return `${field} (${setting})`;
}

function indexableFields(conditions: readonly Condition[]): string[] {
  const fields = new Set<string>();
  for (const condition of conditions) addIndexableFields(condition, fields);
  return [...fields];
}

function addIndexableFields(condition: Condition, into: Set<string>): void {
  if (condition.kind === "and" || condition.kind === "or") {
    for (const part of condition.of) addIndexableFields(part, into);
  } else if (condition.kind === "text") {
    const name = isColumn(condition.ref) && foldedIndexes(condition)[0];
    if (name) into.add(foldedName(condition.ref.field.name, name));
  } else if (isLookup(condition)) {
    const name = indexName(condition.ref);
    if (name !== undefined) into.add(name);
  }
}
