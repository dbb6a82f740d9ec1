import { type Change, FULL_ACCESS, type RelationRef } from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { relationPathsOf } from "../read/dependencies.ts";
import { inIds } from "./related-rows.ts";
import type { RowHistory } from "./row-history.ts";
import { fieldPoliciesOf, type Visibility } from "./visibility.ts";

/** Maximum number of items affected through related items. Above it, a subscriber must read again. */
export const MAX_AFFECTED = 1000;

/**
 * Ids of the visible items that changes of related items may affect, by current links and by the links at any moment of
 * `history`. Null: too many.
 */
export async function affectedIds(
  ctx: RequestContext,
  visibility: Visibility,
  changes: readonly Change[],
  history: RowHistory,
): Promise<Set<string> | null> {
  const affected = new Set<string>();
  const changed = Map.groupBy(changes, ({ collectionId }) => collectionId);
  const conditions = [visibility.policy.where, visibility.filter, ...fieldPoliciesOf(visibility.policy)];
  for (const path of conditions.flatMap((condition) => relationPathsOf(condition))) {
    let ids = new Set((changed.get(path.at(-1)!.target.id) ?? []).map(({ item }) => item));
    for (let i = path.length - 1; i >= 0 && ids.size > 0; i--) {
      const source = path[i - 1]?.target ?? visibility.collection;
      ids = await ownersOf(ctx, source, path[i]!, ids, history);
      if (ids.size > MAX_AFFECTED) return null;
    }
    for (const id of ids) affected.add(id);
  }
  return affected.size > MAX_AFFECTED ? null : affected;
}

/** Items of `source` whose relation points, or pointed, to one of these. */
async function ownersOf(
  ctx: RequestContext,
  source: RelationRef["target"],
  step: RelationRef,
  ids: ReadonlySet<string>,
  history: RowHistory,
): Promise<Set<string>> {
  const { field, target, via } = step;
  const owners = new Set<string>();
  // To-many: the related item stores the owner's id.
  const [collection, link, name] = via
    ? [target, target.byName.get("id")!, via.name]
    : [source, source.byName.get(field.name)!, "id"];
  const where = { ...inIds(target, [...ids]), ref: { field: link } };
  const limit = { value: MAX_AFFECTED + 1 };
  const tree = { collection, policy: FULL_ACCESS, where, select: [name], sort: [], limit };
  for (const row of (await ctx.source(tree.collection).store.find(tree, bind(ctx, []))).rows) {
    if (typeof row[name] === "string") owners.add(row[name]);
  }
  for (const id of ids) {
    if (!via) for (const owner of history.pointing(source.id, field.name, id)) owners.add(owner);
    else
      for (const row of history.of(target.id, id)?.rows ?? []) if (typeof row[name] === "string") owners.add(row[name]);
  }
  return owners;
}
