import {
  type Collection,
  type Field,
  fieldType,
  invalid,
  type JsonObject,
  PlinthError,
  requireVisible,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { visibleNames } from "../read/query-parts.ts";

/**
 * The field `by` of the collection that the relation points to: an import's map names it. It is unique, unless no rule binds
 * the caller: a search by another field reads the whole collection. Throws if the caller may not use it.
 */
export function lookupField({ catalog, principal }: RequestContext, relation: Field, by: string, at: string): Field {
  const target = catalog.collections.get(relation.to!)!;
  const policy = requireReadAccess(catalog, principal, target);
  const field = target.byName.get(by);
  if (field) requireVisible(policy, by, at);
  if (field && (by === "id" || field.unique)) return field;
  if (field && principal.bypass && fieldType(field).unique) return field;
  const visible = visibleNames(target, policy);
  const names = uniqueSets(target).flatMap((set) => (set.length === 1 && visible.includes(set[0]!) ? set : []));
  throw invalid(at, `expected a unique field of ${target.slug}: ${names.join(", ")}`);
}

/** What identifies one item: `id`, a unique field, or a set of fields that is unique together. */
export function uniqueSets(collection: Collection): readonly (readonly string[])[] {
  return [
    ["id"],
    ...collection.fields.filter((field) => field.unique).map((field) => [field.name]),
    ...(collection.unique_together ?? []),
  ];
}

export function ambiguousLookup({ slug }: Collection, values: JsonObject, path: string): PlinthError {
  return invalid(path, `several items of ${slug} have ${wordsOf(values)}: give the id of one`);
}

function wordsOf(values: JsonObject): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${JSON.stringify(value)?.slice(0, 100)}`)
    .join(" and ");
}

export function lookupNotFound({ slug }: Collection, values: JsonObject, path: string): PlinthError {
  const message = `${path}: no item of ${slug} that you may read has ${wordsOf(values)}`;
  return new PlinthError("REFERENCE_NOT_FOUND", message, { field: path });
}
