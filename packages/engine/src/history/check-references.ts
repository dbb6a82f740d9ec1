import { type Collection, type Condition, type Field, FULL_ACCESS, isReference, type Row } from "@plinth/core";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import { itemKey, type PreparedInverse, type UndoConflict } from "./undo-plan.ts";
import type { UndoState } from "./undo-state.ts";

/** A related item that a step needs. */
export interface NeededItem {
  readonly inverse: PreparedInverse;
  readonly field: Field;
  readonly target: Collection;
  readonly id: string;
  /** Whether it exists after the steps before; undefined where they do not decide it. */
  readonly exists: boolean | undefined;
}

export function neededBy({ catalog }: RequestContext, inverse: PreparedInverse, state: UndoState): NeededItem[] {
  if (inverse.kind === "delete") return [];
  const row: Row = inverse.kind === "update" ? inverse.next : inverse.row;
  return inverse.collection.fields.flatMap((field) => {
    const id = row[field.name];
    const target = isReference(field) ? catalog.collections.get(field.to!) : undefined;
    const isSet = inverse.kind === "restore" || inverse.fields.includes(field.name);
    if (!target || !isSet || typeof id !== "string") return [];
    return [{ inverse, field, target, id, exists: state.existsIn(target, id) }];
  });
}

/** Items that are needed and not there. Those that are brought back together may refer to each other. */
export async function missingItems(
  ctx: RequestContext,
  needed: readonly NeededItem[],
  inverses: readonly PreparedInverse[],
): Promise<NeededItem[]> {
  const restored = new Set(
    inverses.filter(({ kind }) => kind === "restore").map(({ collection, id }) => itemKey(collection, id)),
  );
  const open = needed.filter(({ exists, target, id }) => !exists && !restored.has(itemKey(target, id)));
  const stored = await storedAmong(ctx, open);
  return open.filter(({ exists, target, id }) => exists === false || !stored.has(itemKey(target, id)));
}

export function referenceConflicts(missing: readonly NeededItem[]): UndoConflict[] {
  return [...Map.groupBy(missing, ({ inverse }) => inverse)].map(([{ collection, id }, lost]) => {
    const fields = lost.map(({ field }) => field.name);
    return { collection: collection.slug, item: id, reason: "reference", fields };
  });
}

async function storedAmong(ctx: RequestContext, needed: readonly NeededItem[]): Promise<Set<string>> {
  const stored = new Set<string>();
  for (const [target, some] of Map.groupBy(needed, (one) => one.target)) {
    const where = hasIdAmong(target, [...new Set(some.map(({ id }) => id))]);
    const tree = { collection: target, policy: FULL_ACCESS, where, select: ["id"], sort: [] };
    const { rows } = await ctx.source(target).store.find({ ...tree, limit: { value: some.length } }, bindSlow(ctx, []));
    for (const row of rows) stored.add(itemKey(target, row.id as string));
  }
  return stored;
}

/** Referrers that one statement reads. */
const PAGE = 5000;

/**
 * Items that would be deleted although others refer to them now, whatever the relation says of deletions: an undo changes
 * nothing that the undone request did not change.
 */
export async function heldItems(
  ctx: RequestContext,
  inverses: readonly PreparedInverse[],
  state: UndoState,
): Promise<UndoConflict[]> {
  const deleted = inverses.filter(({ kind }) => kind === "delete");
  const conflicts: UndoConflict[] = [];
  for (const [target, some] of Map.groupBy(deleted, ({ collection }) => collection)) {
    const held = new Set<string>();
    for (const collection of ctx.catalog.collections.values()) {
      for (const field of collection.fields) {
        if (!isReference(field) || field.to !== target.slug || collection.kind === "document") continue;
        const ids = some.map(({ id }) => id).filter((id) => !held.has(id));
        for (const id of await heldBy(ctx, collection, field, ids, state)) {
          held.add(id);
          const by = `${collection.slug}.${field.name}`;
          const message = `Items that are not part of this refer to it by ${by}.`;
          conflicts.push({ collection: target.slug, item: id, reason: "referenced", fields: [by], message });
        }
      }
    }
  }
  return conflicts;
}

/** Those of the ids that an item refers to which the steps neither delete nor change in this field. */
async function heldBy(
  ctx: RequestContext,
  collection: Collection,
  field: Field,
  ids: readonly string[],
  state: UndoState,
): Promise<Set<string>> {
  const held = new Set<string>();
  const id = { field: collection.byName.get("id")! };
  for (let after: string | undefined; ; ) {
    const open = ids.filter((one) => !held.has(one));
    if (open.length === 0) return held;
    const refers: Condition = { kind: "in", ref: { field }, negated: false, operand: { value: open } };
    const later: Condition[] =
      after === undefined ? [] : [{ kind: "compare", ref: id, op: "gt", operand: { value: after } }];
    const where: Condition = { kind: "and", of: [refers, ...later] };
    const sort = [{ ref: id, direction: "asc" as const }];
    const tree = { collection, policy: FULL_ACCESS, where, select: ["id", field.name], sort, limit: { value: PAGE } };
    const { rows } = await ctx.source(collection).store.find(tree, bindSlow(ctx, []));
    for (const row of rows) {
      const key = itemKey(collection, row.id as string);
      if (state.rowOf(key) !== null && !state.hasSet(key, [field.name])) held.add(row[field.name] as string);
    }
    if (rows.length < PAGE) return held;
    after = rows.at(-1)!.id as string;
  }
}
