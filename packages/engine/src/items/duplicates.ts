import { and, type Collection, type Condition, FULL_ACCESS, not, type Row } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { hasId, hasValues } from "../writes/conditions.ts";

/** Beyond this, the engine's own word is good enough. */
const MAX_ROWS = 20;

/**
 * The first unique set that the rows violate, in the order of the definition: engines check in orders of their own, and
 * a row that breaks two sets should get the same answer everywhere. Undefined where that cannot be told any more.
 */
export async function violatedSet(
  scope: Scope,
  collection: Collection,
  rows: readonly Row[],
): Promise<readonly string[] | undefined> {
  if (rows.length > MAX_ROWS) return undefined;
  const seen = new Set<string>();
  for (const row of rows) {
    for (const set of setsOf(collection, row)) {
      const key = JSON.stringify([set, set.map((name) => row[name])]);
      if (seen.has(key) || (await isTaken(scope, collection, set, row))) return set;
      seen.add(key);
    }
  }
  return undefined;
}

/** Those that the row has values for: null is equal to nothing, and a change may leave fields out. */
function setsOf(collection: Collection, row: Row): readonly (readonly string[])[] {
  const isNew = row.version === 1;
  const sets = [
    ...(isNew ? [["id"]] : []),
    ...collection.fields.filter((field) => field.unique).map((field) => [field.name]),
    ...(collection.uniqueTogether ?? []),
  ];
  return sets.filter((set) => set.every((name) => row[name] !== undefined && row[name] !== null));
}

async function isTaken(scope: Scope, collection: Collection, set: readonly string[], row: Row): Promise<boolean> {
  const equal = hasValues(collection, set, row);
  const byId = set.length === 1 && set[0] === "id";
  const where: Condition = byId ? equal : and(equal, not(hasId(collection, row.id as string)));
  const bindings = { values: [], variables: scope.variables };
  return (await scope.store.count({ collection, access: FULL_ACCESS, where }, bindings)) > 0;
}
