import { type Collection, FULL_ACCESS, isEqual, or, type Row } from "@plinth/core";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasValues } from "../read/conditions.ts";
import { itemKey, type PreparedInverse, type UndoConflict } from "./undo-plan.ts";
import type { UndoState } from "./undo-state.ts";

/** Rows that one condition looks for. */
const AT_ONCE = 100;

interface Wanted {
  readonly inverse: PreparedInverse;
  readonly set: readonly string[];
  readonly row: Row;
}

/** Values that have to be unique and that other items have now. */
export async function takenValues(
  ctx: RequestContext,
  inverses: readonly PreparedInverse[],
  state: UndoState,
): Promise<UndoConflict[]> {
  const conflicts: UndoConflict[] = [];
  for (const [collection, some] of Map.groupBy(inverses, (inverse) => inverse.collection)) {
    for (const set of uniqueSets(collection)) {
      const wanted = some.flatMap((inverse) => wantedOf(inverse, set));
      for (let from = 0; from < wanted.length; from += AT_ONCE)
        conflicts.push(...(await taken(ctx, collection, wanted.slice(from, from + AT_ONCE), state)));
    }
  }
  return conflicts;
}

function uniqueSets({ fields, unique_together = [] }: Collection): (readonly string[])[] {
  return [...fields.filter(({ unique }) => unique).map(({ name }) => [name]), ...unique_together];
}

/** In a unique set, null equals nothing. */
function wantedOf(inverse: PreparedInverse, set: readonly string[]): Wanted[] {
  if (inverse.kind === "delete") return [];
  if (inverse.kind === "update" && !set.some((field) => inverse.fields.includes(field))) return [];
  const row = inverse.kind === "update" ? inverse.next : inverse.row;
  return set.every((field) => (row[field] ?? null) !== null) ? [{ inverse, set, row }] : [];
}

async function taken(
  ctx: RequestContext,
  collection: Collection,
  wanted: readonly Wanted[],
  state: UndoState,
): Promise<UndoConflict[]> {
  const [{ set }] = wanted as [Wanted];
  const where = or(...wanted.map(({ row }) => hasValues(collection, set, row)));
  const tree = { collection, policy: FULL_ACCESS, where, select: ["id", ...set], sort: [], limit: { value: AT_ONCE } };
  const { rows } = await ctx.source(collection).store.find(tree, bindSlow(ctx, []));
  return wanted.flatMap(({ inverse: { id }, row }) => {
    const other = rows.find((one) => one.id !== id && set.every((field) => isEqual(one[field], row[field])));
    if (!other) return [];
    const key = itemKey(collection, other.id as string);
    if (state.rowOf(key) === null || state.hasSet(key, set)) return [];
    return [{ collection: collection.slug, item: id, reason: "unique" as const, fields: set }];
  });
}
