import { type Change, FULL_ACCESS, type RelationRef } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { waysOf } from "../read/dependencies.ts";
import { type Lens, masksOf } from "./lens.ts";
import type { Past } from "./past.ts";
import { inIds } from "./world.ts";

/** Items whose sight may change because related ones did; beyond this many, a subscriber reads anew. */
export const MAX_AFFECTED = 1000;

/**
 * Ids of the lens's items that changes of related ones bear on, by the links of now and of any moment of `past`; null
 * where they are too many.
 */
export async function affectedIds(
  scope: Scope,
  lens: Lens,
  changes: readonly Change[],
  past: Past,
): Promise<Set<string> | null> {
  const affected = new Set<string>();
  const changed = Map.groupBy(changes, ({ collectionId }) => collectionId);
  const conditions = [lens.access.where, lens.filter, ...masksOf(lens.access)];
  for (const way of conditions.flatMap((condition) => waysOf(condition))) {
    let ids = new Set((changed.get(way.at(-1)!.target.id) ?? []).map(({ item }) => item));
    for (let i = way.length - 1; i >= 0 && ids.size > 0; i--) {
      const source = way[i - 1]?.target ?? lens.collection;
      ids = await ownersOf(scope, source, way[i]!, ids, past);
      if (ids.size > MAX_AFFECTED) return null;
    }
    for (const id of ids) affected.add(id);
  }
  return affected.size > MAX_AFFECTED ? null : affected;
}

/** Items of `source` from which a step leads, or led, to one of these. */
async function ownersOf(
  scope: Scope,
  source: RelationRef["target"],
  step: RelationRef,
  ids: ReadonlySet<string>,
  past: Past,
): Promise<Set<string>> {
  const { field, target, via } = step;
  const owners = new Set<string>();
  // To-many: the related item itself says whose it is.
  const [collection, link, name] = via ? [target, target.byName.get("id")!, via.name] : [source, field, "id"];
  const where = { ...inIds(target, [...ids]), ref: { field: link } };
  const limit = { value: MAX_AFFECTED + 1 };
  const tree = { collection, access: FULL_ACCESS, where, select: [name], sort: [], limit };
  for (const row of (await scope.source(tree.collection).store.find(tree, { values: [], variables: scope.variables }))
    .rows) {
    if (typeof row[name] === "string") owners.add(row[name]);
  }
  for (const id of ids) {
    if (!via) for (const owner of past.pointing(source.id, field.name, id)) owners.add(owner);
    else for (const row of past.of(target.id, id)?.rows ?? []) if (typeof row[name] === "string") owners.add(row[name]);
  }
  return owners;
}
