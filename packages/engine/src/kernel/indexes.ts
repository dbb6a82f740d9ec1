import {
  and,
  type Collection,
  type Condition,
  DEFAULT_COLUMNS,
  DOCUMENT_FIELD,
  type FieldRef,
  fieldPolicyOf,
  fieldType,
  foldedIndexes,
  isReference,
  or,
  type ReadPolicy,
} from "@plinth/core";

/** Which conditions an index serves. Cost errors and estimates are based on this. */

/** Indexes of every table that Plinth creates. */
const OWN_INDEXES = [["id"], ["created_at"], ["owner_id", "created_at"]];

/** The columns of each index, in order, as a definition names them: fields, or paths into documents. */
export function indexedColumns(collection: Collection): string[][] {
  const indexes = collection.columns === DEFAULT_COLUMNS ? [...OWN_INDEXES] : [["id"]];
  for (const field of collection.fields) {
    const ordered = field.indexed && !fieldType(field).indexesMembers;
    if (field.unique || ordered || isReference(field)) indexes.push([field.name]);
  }
  const { unique_together = [], indexes: sets = [], indexed_paths = [] } = collection;
  return [...indexes, ...unique_together, ...sets, ...indexed_paths.map((path) => [path])];
}

/** The name in `indexes` or `indexed_paths`. Undefined: neither can contain it. */
export function indexName({ field, path, through }: FieldRef): string | undefined {
  if (through) return undefined;
  if (!path) return field.name;
  return field === DOCUMENT_FIELD ? path.join(".") : undefined;
}

export type IndexedCondition = Extract<Condition, { kind: "compare" | "in" | "null" }>;

/** A value of the item itself, and no part of one. */
export function isColumn({ path, through }: FieldRef): boolean {
  return !path && !through;
}

/** An index cannot serve substring matches, inequality or negated conditions. */
export function isLookup(condition: Condition): condition is IndexedCondition {
  if (condition.kind === "compare") return condition.op !== "neq" && condition.as !== "boolean";
  return condition.kind === "in" ? !condition.negated && condition.as !== "boolean" : condition.kind === "null";
}

/** Conditions that must all hold. */
export function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "and" ? condition.of.flatMap(conjuncts) : [condition];
}

/** Parts of a condition, each served by an index that returns all matching items. The most selective come first. */
export function narrowings(collection: Collection, policy: ReadPolicy, condition: Condition): Condition[] {
  const parts = conjuncts(condition);
  const usable = indexLookups(collection, policy, parts).map((lookups) => and(...lookups));
  const either = parts.flatMap((part) => {
    if (part.kind !== "or") return [];
    const branches = part.of.map((branch) => narrowings(collection, policy, branch)[0]);
    return branches.every((branch) => branch !== undefined) ? [or(...branches)] : [];
  });
  return [...usable, ...parts.filter((part) => isFoldedLookup(policy, part)), ...either];
}

/** A comparison without case or accents, for which its field has an index. */
function isFoldedLookup(policy: ReadPolicy, condition: Condition): boolean {
  if (condition.kind !== "text" || !isColumn(condition.ref)) return false;
  const { field } = condition.ref;
  return fieldPolicyOf(policy, field.name) === null && foldedIndexes(condition).some((setting) => field[setting]);
}

/** For each index that the conditions use, the conditions that it serves. */
function indexLookups(
  collection: Collection,
  policy: ReadPolicy,
  conditions: readonly Condition[],
): IndexedCondition[][] {
  const lookups = new Map<string, IndexedCondition[]>();
  for (const condition of conditions) {
    if (!isLookup(condition)) continue;
    const name = indexName(condition.ref);
    // A column behind a field policy is an expression, which no index contains.
    if (name === undefined || fieldPolicyOf(policy, name.split(".")[0]!) !== null) continue;
    lookups.set(name, [...(lookups.get(name) ?? []), condition]);
  }
  const usable = indexedColumns(collection).map((columns) => prefixOf(columns, lookups));
  return usable.filter((found) => found.length > 0).sort((a, b) => b.length - a.length || exact(b) - exact(a));
}

/** Equality on the first columns, and a range on the last. */
function prefixOf(columns: readonly string[], lookups: ReadonlyMap<string, IndexedCondition[]>): IndexedCondition[] {
  const found: IndexedCondition[] = [];
  for (const column of columns) {
    const own = lookups.get(column) ?? [];
    found.push(...own);
    if (!own.some(isExact)) break;
  }
  return found;
}

function exact(lookups: readonly IndexedCondition[]): number {
  return lookups.filter(isExact).length;
}

function isExact(lookup: IndexedCondition): boolean {
  return lookup.kind !== "compare" || lookup.op === "eq";
}
