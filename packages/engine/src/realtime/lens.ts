import {
  type Access,
  type Collection,
  type Condition,
  evaluate,
  type FieldValue,
  isAlways,
  type Json,
  type JsonObject,
  maskOf,
  type Variables,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-access.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { requireBuiltIn } from "../kernel/sources.ts";
import { addReached, dependsOnCaller, waysOf } from "../read/dependencies.ts";
import { parseFilter } from "../read/query-parts.ts";

/** What a subscriber sees of one collection: the read rule, and the filter that was asked for under it. */
export interface Lens {
  readonly collection: Collection;
  readonly access: Access;
  readonly filter: Condition;
  readonly values: readonly FieldValue[];
  /** Other collections' ids that the outcome depends on; empty where one row decides it. */
  readonly reached: ReadonlySet<string>;
  /** The outcome differs between callers with the same roles. */
  readonly personal: boolean;
  /** Equal for equal rules: what is compared when a rule may have changed. */
  readonly fingerprint: string;
}

/** Throws what a read would throw: no such collection, no access, a filter that is not understood. */
export function lensOf(scope: Scope, slug: string, filter: Json | undefined): Lens {
  const collection = collectionOf(scope.catalog, slug);
  const access = requireReadAccess(scope.catalog, scope.principal, collection);
  requireBuiltIn(collection, "streams and live queries");
  const values: FieldValue[] = [];
  const { condition } = parseFilter(scope, collection, filter, values);
  const conditions = [access.where, condition, ...masksOf(access)];
  const reached = new Set<string>();
  for (const part of conditions) addReached(waysOf(part), reached);
  return {
    collection,
    access,
    filter: condition,
    values,
    reached,
    personal: conditions.some(dependsOnCaller),
    fingerprint: fingerprintOf(scope, [collection.id, ...reached]),
  };
}

export function masksOf(access: Access): Condition[] {
  return [...(access.fields?.values() ?? [])].filter((mask) => mask !== null);
}

/** All that decides what these collections show to a caller's roles, as text. */
export function fingerprintOf({ catalog, principal }: Scope, collectionIds: readonly string[]): string {
  const collections = [...catalog.collections.values()].filter(({ id }) => collectionIds.includes(id));
  const versions = collections.map(({ id, version }) => `${id}@${version}`).sort();
  if (principal.bypass) return `*|${versions.join()}`;
  const slugs = collections.map(({ slug }) => slug);
  const rules = catalog.rules.filter(
    ({ role, action, collection }) =>
      action === "read" && principal.roles.includes(role) && (collection === "*" || slugs.includes(collection)),
  );
  return `${principal.roles.join()}|${versions.join()}|${JSON.stringify(rules)}`;
}

/** The row as the subscriber sees it, or null, for a lens that one row decides. */
export function view(lens: Lens, row: JsonObject, variables: Variables): JsonObject | null {
  const { access, filter, values } = lens;
  const holds = (condition: Condition, of: JsonObject, bound: readonly FieldValue[]): boolean =>
    evaluate(condition, of, { values: bound, variables });
  if (!isAlways(access.where) && !holds(access.where, row, [])) return null;
  const shown = access.fields ? mask(lens, row, (condition) => holds(condition, row, [])) : row;
  // A filter sees what its caller sees: a field that is hidden in this row is null to it.
  return isAlways(filter) || holds(filter, shown, values) ? shown : null;
}

function mask(lens: Lens, row: JsonObject, holds: (condition: Condition) => boolean): JsonObject {
  const shown: JsonObject = {};
  for (const name of Object.keys(row)) {
    const condition = maskOf(lens.access, name);
    if (condition === undefined) continue;
    if (condition === null || holds(condition)) shown[name] = row[name]!;
    else if (lens.collection.byName.has(name)) shown[name] = null;
  }
  return shown;
}
