import {
  ALWAYS,
  anonymous,
  type Change,
  type Collection,
  type Condition,
  evaluate,
  invalid,
  type Json,
  type JsonObject,
  usesRelations,
  variablesOf,
} from "@plinth/core";
import { parseRuleCondition } from "../access/parse-rule.ts";
import { type Catalog, memoize } from "../kernel/catalog.ts";
import { dependsOnCaller } from "../read/dependencies.ts";

export interface ChangeFilters {
  /** Of the item after the change; of a deleted one, as it was. Null: any. */
  readonly filter: Json;
  /** Of the item before the change. A new item has none, and does not fit. Null: any. */
  readonly filter_before: Json;
}

/** Throws `VALIDATION` for a condition that one row cannot decide, and where it is stored, for fields that are gone. */
export function parseChangeFilter(
  catalog: Catalog,
  collection: Collection,
  filter: Json,
  path: keyof ChangeFilters,
  stored = false,
): Condition {
  if (filter === null) return ALWAYS;
  const condition = parseRuleCondition(catalog, collection, filter, path, { stored });
  if (usesRelations(condition)) throw invalid(path, "must not follow relations: it is decided by the item alone");
  if (dependsOnCaller(condition)) throw invalid(path, "must not name the caller: a change concerns nobody");
  return condition;
}

/** Whether a change is wanted. Throws `VALIDATION` where a filter names a field that is gone. */
export function fitsFilters(catalog: Catalog, collection: Collection, filters: ChangeFilters, change: Change): boolean {
  const { before, after, workspaceId } = change;
  const holds = (path: keyof ChangeFilters, row: JsonObject | null): boolean => {
    const filter = filters[path];
    if (filter === null) return true;
    if (row === null) return false;
    const key = `change ${path}|${collection.slug}|${JSON.stringify(filter)}`;
    const condition = memoize(catalog, key, () => parseChangeFilter(catalog, collection, filter, path, true));
    const variables = variablesOf(anonymous(workspaceId), Date.parse(change.at));
    return evaluate(condition, row, { values: [], variables });
  };
  return holds("filter", after ?? before) && holds("filter_before", before);
}
