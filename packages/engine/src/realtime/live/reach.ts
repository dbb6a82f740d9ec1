import { type Condition, type Embed, type FieldRef, isObject, type Json, type RelationRef } from "@plinth/core";
import {
  addReached,
  conditionsOf,
  dependsOnCaller,
  dependsOnTime,
  refDependsOnCaller,
  refDependsOnTime,
  waysOf,
  waysOfRef,
} from "../../read/dependencies.ts";
import type { Lens } from "../lens.ts";

/**
 * All that decides a query's result besides its own rows. Rules and masks on the way are found through the conditions and
 * references that pass them, so nothing has to be listed twice, and nothing that is left out here is known elsewhere.
 */
interface Parts {
  readonly conditions: readonly Condition[];
  /** What is sorted by, grouped by, computed or shown through relations. */
  readonly refs: readonly Pick<FieldRef, "through">[];
}

export interface Reach {
  /** Ids of collections whose every change may change the result. */
  readonly reached: ReadonlySet<string>;
  /** The passing of time may change it too. */
  readonly timed: boolean;
  /** It differs between callers with the same roles. Who shares a result that is personal sees what is another's. */
  readonly personal: boolean;
}

/** `asked` is what else the query says that is no tree here: conditions about results. */
export function reachOf(
  { access, filter }: Pick<Lens, "access" | "filter">,
  refs: readonly FieldRef[],
  embeds: readonly Embed[] = [],
  asked: Json = null,
): Reach {
  const own: Parts = { conditions: [...conditionsOf(access), filter], refs };
  const parts = [own, ...embeds.flatMap(partsOfEmbed)];
  const conditions = parts.flatMap((part) => part.conditions);
  const walked = parts.flatMap((part) => part.refs);
  const reached = new Set<string>();
  for (const condition of conditions) addReached(waysOf(condition), reached);
  for (const ref of walked) addReached(waysOfRef(ref), reached);
  return {
    reached,
    timed: conditions.some(dependsOnTime) || walked.some(refDependsOnTime) || mentions(asked, /^\$now\b/),
    personal: conditions.some(dependsOnCaller) || walked.some(refDependsOnCaller) || mentions(asked, /^\$user\b/),
  };
}

/** What an embedded relation and all below it depend on: the rules on its way, and what is asked at its end. */
function partsOfEmbed({ read: { tree, embeds }, shownOn }: Embed): Parts[] {
  const way: readonly RelationRef[] = [tree.under!.relation];
  const grouped = "measures" in tree;
  const asked = grouped ? [...tree.groups, ...tree.measures] : tree.sort;
  const more = [...(grouped ? [tree.having] : []), ...(shownOn ? [shownOn.access.where] : [])];
  const own: Parts = {
    conditions: [...conditionsOf(tree.access), tree.where, ...more],
    refs: [{ through: way }, ...asked.flatMap(({ ref }) => ref ?? [])],
  };
  return [own, ...embeds.flatMap(partsOfEmbed)];
}

/** Too much rather than too little: a text that only looks like a variable costs a shared result, and no more. */
function mentions(json: Json, variable: RegExp): boolean {
  if (typeof json === "string") return variable.test(json);
  if (Array.isArray(json)) return json.some((item) => mentions(item, variable));
  return (
    isObject(json) && Object.entries(json).some(([name, value]) => variable.test(name) || mentions(value, variable))
  );
}
