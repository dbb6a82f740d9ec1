import { type Condition, type Expansion, type FieldRef, isObject, type Json, type RelationRef } from "@plinth/core";
import {
  addCollectionsOf,
  conditionsOf,
  dependsOnCaller,
  dependsOnTime,
  refDependsOnCaller,
  refDependsOnTime,
  relationPathsOf,
  relationPathsOfRef,
} from "../../read/dependencies.ts";
import type { Visibility } from "../visibility.ts";

/**
 * Everything that decides a query's result besides its own rows. Rules and field policies are found through the
 * conditions and references that use them, so nothing is listed twice. What is missing here is tracked nowhere else.
 */
interface TreeParts {
  readonly conditions: readonly Condition[];
  /** References through relations that are sorted by, grouped by, computed or shown. */
  readonly refs: readonly Pick<FieldRef, "through">[];
}

export interface Dependencies {
  /** Ids of the collections in which any change may change the result. */
  readonly dependsOn: ReadonlySet<string>;
  /** The result may also change as time passes. */
  readonly timed: boolean;
  /**
   * The result differs between callers with the same roles. A shared personal result would show one caller's data to
   * another.
   */
  readonly personal: boolean;
}

/** `input`: the parts of the query that are not condition trees, such as conditions on results. */
export function dependenciesOf(
  { policy, filter }: Pick<Visibility, "policy" | "filter">,
  refs: readonly FieldRef[],
  expansions: readonly Expansion[] = [],
  input: Json = null,
): Dependencies {
  const own: TreeParts = { conditions: [...conditionsOf(policy), filter], refs };
  const parts = [own, ...expansions.flatMap(dependencyPartsOf)];
  const conditions = parts.flatMap((part) => part.conditions);
  const readRefs = parts.flatMap((part) => part.refs);
  const dependsOn = new Set<string>();
  for (const condition of conditions) addCollectionsOf(relationPathsOf(condition), dependsOn);
  for (const ref of readRefs) addCollectionsOf(relationPathsOfRef(ref), dependsOn);
  return {
    dependsOn,
    timed: conditions.some(dependsOnTime) || readRefs.some(refDependsOnTime) || mentions(input, /^\$now\b/),
    personal: conditions.some(dependsOnCaller) || readRefs.some(refDependsOnCaller) || mentions(input, /^\$user\b/),
  };
}

/** What an expanded relation and its nested ones depend on: the rules on its path, and the query at its end. */
function dependencyPartsOf({ read: { tree, expansions }, shownOn }: Expansion): TreeParts[] {
  const path: readonly RelationRef[] = [tree.parentFilter!.relation];
  const grouped = "measures" in tree;
  const terms = grouped ? [...tree.groups, ...tree.measures] : tree.sort;
  const more = [...(grouped ? [tree.having] : []), ...(shownOn ? [shownOn.policy.where] : [])];
  const own: TreeParts = {
    conditions: [...conditionsOf(tree.policy), tree.where, ...more],
    refs: [{ through: path }, ...terms.flatMap(({ ref }) => ref ?? [])],
  };
  return [own, ...expansions.flatMap(dependencyPartsOf)];
}

/** A false positive is safe: a text that only looks like a variable costs a shared result. */
function mentions(json: Json, variable: RegExp): boolean {
  if (typeof json === "string") return variable.test(json);
  if (Array.isArray(json)) return json.some((item) => mentions(item, variable));
  return (
    isObject(json) && Object.entries(json).some(([name, value]) => variable.test(name) || mentions(value, variable))
  );
}
