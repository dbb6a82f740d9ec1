import {
  type Collection,
  type Condition,
  evaluate,
  type FieldValue,
  fieldPolicyOf,
  isAlways,
  type Json,
  type JsonObject,
  type ReadPolicy,
  type Variables,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { collectionOf, roleKey } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { requireBuiltIn } from "../kernel/sources.ts";
import { addCollectionsOf, dependsOnCaller, relationPathsOf } from "../read/dependencies.ts";
import { parseFilter } from "../read/query-parts.ts";

/** What a subscriber sees of one collection: the read rule and the caller's filter under it. */
export interface Visibility {
  readonly collection: Collection;
  readonly policy: ReadPolicy;
  readonly filter: Condition;
  readonly values: readonly FieldValue[];
  /** Ids of the other collections that the result depends on. Empty where one row decides it. */
  readonly dependsOn: ReadonlySet<string>;
  /** The result differs between callers with the same roles. */
  readonly personal: boolean;
  /** Equal for equal rules. Compared when a rule may have changed. */
  readonly fingerprint: string;
}

/** Throws what a read would throw: unknown collection, no access, invalid filter. */
export function visibilityOf(ctx: RequestContext, slug: string, filter: Json | undefined): Visibility {
  const collection = collectionOf(ctx, slug);
  const policy = requireReadAccess(ctx.catalog, ctx.principal, collection);
  requireBuiltIn(collection, "streams and live queries");
  const values: FieldValue[] = [];
  const { condition } = parseFilter(ctx, collection, filter, values);
  const conditions = [policy.where, condition, ...fieldPoliciesOf(policy)];
  const dependsOn = new Set<string>();
  for (const part of conditions) addCollectionsOf(relationPathsOf(part), dependsOn);
  return {
    collection,
    policy,
    filter: condition,
    values,
    dependsOn,
    personal: conditions.some(dependsOnCaller),
    fingerprint: fingerprintOf(ctx, [collection.id, ...dependsOn]),
  };
}

export function fieldPoliciesOf(policy: ReadPolicy): Condition[] {
  return [...(policy.fields?.values() ?? [])].filter((fieldPolicy) => fieldPolicy !== null);
}

/** Everything that decides what these collections show to a caller's roles, as text. */
export function fingerprintOf({ catalog, principal }: RequestContext, collectionIds: readonly string[]): string {
  const collections = [...catalog.collections.values()].filter(({ id }) => collectionIds.includes(id));
  const versions = collections.map(({ id, version }) => `${id}@${version}`).sort();
  if (principal.bypass) return `*|${versions.join()}`;
  const slugs = collections.map(({ slug }) => slug);
  const rules = catalog.rules.filter(
    ({ role, action, collection }) =>
      action === "read" && principal.roles.includes(role) && (collection === "*" || slugs.includes(collection)),
  );
  return `${roleKey(principal)}|${versions.join()}|${JSON.stringify(rules)}`;
}

/** The row as the subscriber sees it, or null. For visibility that one row decides. */
export function visibleRow(visibility: Visibility, row: JsonObject, variables: Variables): JsonObject | null {
  const { policy, filter, values } = visibility;
  const holds = (condition: Condition, of: JsonObject, bound: readonly FieldValue[]): boolean =>
    evaluate(condition, of, { values: bound, variables });
  if (!isAlways(policy.where) && !holds(policy.where, row, [])) return null;
  const shown = policy.fields ? applyFieldPolicies(visibility, row, (condition) => holds(condition, row, [])) : row;
  // A filter sees only what its caller sees: a field hidden in this row counts as null.
  return isAlways(filter) || holds(filter, shown, values) ? shown : null;
}

function applyFieldPolicies(
  visibility: Visibility,
  row: JsonObject,
  holds: (condition: Condition) => boolean,
): JsonObject {
  const shown: JsonObject = {};
  for (const name of Object.keys(row)) {
    const condition = fieldPolicyOf(visibility.policy, name);
    if (condition === undefined) continue;
    if (condition === null || holds(condition)) shown[name] = row[name]!;
    else if (visibility.collection.byName.has(name)) shown[name] = null;
  }
  return shown;
}
