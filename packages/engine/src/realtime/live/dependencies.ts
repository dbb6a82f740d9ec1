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
 * All that decides a query's result besides its own rows. Rules and field policies on the way are found through the conditions and
 * references that pass them, so nothing has to be listed twice, and nothing that is left out here is known elsewhere.
 */
interface Parts {
  readonly conditions: readonly Condition[];
  /** What is sorted by, grouped by, computed or shown through relations. */
  readonly refs: readonly Pick<FieldRef, "through">[];
}

export interface Dependencies {
  /** Ids of collections whose every change may change the result. */
  readonly dependsOn: ReadonlySet<string>;
  /** The passing of time may change it too. */
  readonly timed: boolean;
  /** It differs between callers with the same roles. Who shares a result that is personal sees what is another's. */
  readonly personal: boolean;
}

/** `asked` is what else the query says that is no tree here: conditions about results. */
export function dependenciesOf(
  { policy, filter }: Pick<Visibility, "policy" | "filter">,
  refs: readonly FieldRef[],
  expansions: readonly Expansion[] = [],
  asked: Json = null,
): Dependencies {
  const own: Parts = { conditions: [...conditionsOf(policy), filter], refs };
  const parts = [own, ...expansions.flatMap(dependencyPartsOf)];
  const conditions = parts.flatMap((part) => part.conditions);
  const walked = parts.flatMap((part) => part.refs);
  const dependsOn = new Set<string>();
  for (const condition of conditions) addCollectionsOf(relationPathsOf(condition), dependsOn);
  for (const ref of walked) addCollectionsOf(relationPathsOfRef(ref), dependsOn);
  return {
    dependsOn,
    timed: conditions.some(dependsOnTime) || walked.some(refDependsOnTime) || mentions(asked, /^\$now\b/),
    personal: conditions.some(dependsOnCaller) || walked.some(refDependsOnCaller) || mentions(asked, /^\$user\b/),
  };
}

/** What an expanded relation and all below it depend on: the rules on its path, and what is asked at its end. */
function dependencyPartsOf({ read: { tree, expansions }, shownOn }: Expansion): Parts[] {
  const path: readonly RelationRef[] = [tree.parentFilter!.relation];
  const grouped = "measures" in tree;
  const asked = grouped ? [...tree.groups, ...tree.measures] : tree.sort;
  const more = [...(grouped ? [tree.having] : []), ...(shownOn ? [shownOn.policy.where] : [])];
  const own: Parts = {
    conditions: [...conditionsOf(tree.policy), tree.where, ...more],
    refs: [{ through: path }, ...asked.flatMap(({ ref }) => ref ?? [])],
  };
  return [own, ...expansions.flatMap(dependencyPartsOf)];
}

/** Too much rather than too little: a text that only looks like a variable costs a shared result, and no more. */
function mentions(json: Json, variable: RegExp): boolean {
  if (typeof json === "string") return variable.test(json);
  if (Array.isArray(json)) return json.some((item) => mentions(item, variable));
  return (
    isObject(json) && Object.entries(json).some(([name, value]) => variable.test(name) || mentions(value, variable))
  );
}
