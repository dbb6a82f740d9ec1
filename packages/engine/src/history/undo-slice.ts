import { type Collection, FULL_ACCESS, type Row } from "@plinth/core";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import { heldItems, missingItems, type NeededItem, neededBy, referenceConflicts } from "./check-references.ts";
import { takenValues } from "./check-unique.ts";
import type { Judged } from "./inverse.ts";
import { prepareInverse } from "./inverse-values.ts";
import { itemKey, type PreparedInverse, type UndoConflict } from "./undo-plan.ts";
import type { UndoState } from "./undo-state.ts";

/** One change that is to be taken back, and how. */
export interface UndoStep {
  readonly collection: Collection;
  readonly item: string;
  judge(row: Row | null): Judged;
  /** The item's steps lead back to what it is now. Other items may need them on the way; a conflict only leaves them out. */
  isPassing?(): boolean;
}

export interface SlicePlan {
  /** Those that were given, and those that had to be done ahead. */
  readonly steps: readonly UndoStep[];
  /** In the order in which they are to be done. */
  readonly inverses: readonly PreparedInverse[];
  readonly conflicts: readonly UndoConflict[];
  /** Of items with conflicts, and of those that depend on them. */
  readonly skipped: ReadonlySet<string>;
}

interface Planning {
  /** Gets what the steps make. */
  readonly state: UndoState;
  readonly skipped: ReadonlySet<string>;
  /** Find all conflicts: the rest is decided again without an item that has one, as others may need it. */
  readonly all: boolean;
  /** The steps that bring back items, where a later slice would. */
  ahead(keys: readonly string[]): Promise<readonly UndoStep[]>;
}

/** Decides what takes these steps back, newest first, with the items as they are now. */
export async function planSlice(
  ctx: RequestContext,
  given: readonly UndoStep[],
  { state, skipped: known, all, ahead }: Planning,
): Promise<SlicePlan> {
  const skipped = new Set(known);
  const conflicts = new Map<string, UndoConflict>();
  const stored = await storedRows(ctx, given, state);
  let steps = given;
  for (;;) {
    const draft = state.draft();
    const { inverses, refused, missing } = await decide(ctx, steps, { draft, stored, skipped });
    const lacking = missing.map(({ target, id }) => itemKey(target, id)).filter((key) => !skipped.has(key));
    const earlier = lacking.length > 0 ? await ahead([...new Set(lacking)]) : [];
    if (earlier.length > 0) {
      for (const [key, row] of await storedRows(ctx, earlier, state)) stored.set(key, row);
      steps = [...earlier, ...steps];
      continue;
    }
    const found = [...refused, ...referenceConflicts(missing), ...(await unfit(ctx, inverses, draft))];
    const passing = new Set(
      steps.filter((step) => step.isPassing?.()).map((step) => itemKey(step.collection, step.item)),
    );
    const ids = new Map(steps.map(({ collection }) => [collection.slug, collection.id]));
    let left = false;
    for (const conflict of found) {
      const key = `${ids.get(conflict.collection!)} ${conflict.item}`;
      if (passing.has(key)) left = true;
      else if (!conflicts.has(key)) conflicts.set(key, conflict);
      skipped.add(key);
    }
    if (left || (found.length > 0 && all)) continue;
    state.accept(draft);
    return { steps, inverses, conflicts: [...conflicts.values()], skipped };
  }
}

async function unfit(ctx: RequestContext, inverses: readonly PreparedInverse[], draft: UndoState) {
  return [...(await takenValues(ctx, inverses, draft)), ...(await heldItems(ctx, inverses, draft))];
}

interface Deciding {
  readonly draft: UndoState;
  readonly stored: ReadonlyMap<string, Row>;
  readonly skipped: ReadonlySet<string>;
}

async function decide(ctx: RequestContext, steps: readonly UndoStep[], { draft, stored, skipped }: Deciding) {
  const inverses: PreparedInverse[] = [];
  const conflicts = new Map<string, UndoConflict>();
  const needed: NeededItem[] = [];
  const open = new Set(steps);
  const firstOf = new Map(steps.toReversed().map((step) => [itemKey(step.collection, step.item), step]));
  const take = (step: UndoStep): void => {
    if (!open.delete(step)) return;
    const { collection, item } = step;
    const key = itemKey(collection, item);
    if (skipped.has(key) || conflicts.has(key)) return;
    const known = draft.rowOf(key);
    const judged = step.judge(known === undefined ? (stored.get(key) ?? null) : known);
    if (judged === "done") return;
    const made = "inverse" in judged ? prepareInverse(ctx, judged.inverse) : { item, ...judged.conflict };
    if ("reason" in made) {
      conflicts.set(key, { ...made, collection: collection.slug });
      return;
    }
    // Engines differ in whether the log has a deleted item before or after those that went along with it.
    for (const { target, id, exists } of neededBy(ctx, made, draft)) {
      const first = exists || stored.has(itemKey(target, id)) ? undefined : firstOf.get(itemKey(target, id));
      if (first) take(first);
    }
    inverses.push(made);
    needed.push(...neededBy(ctx, made, draft));
    draft.note(made);
  };
  for (const step of steps) take(step);
  return { inverses, refused: [...conflicts.values()], missing: await missingItems(ctx, needed, inverses) };
}

/** The items as they are stored, unless a step before these has made them. */
async function storedRows(
  ctx: RequestContext,
  steps: readonly UndoStep[],
  state: UndoState,
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const open = steps.filter(({ collection, item }) => state.rowOf(itemKey(collection, item)) === undefined);
  for (const [collection, some] of Map.groupBy(open, (step) => step.collection)) {
    const ids = [...new Set(some.map(({ item }) => item))];
    const where = hasIdAmong(collection, ids);
    const tree = { collection, policy: FULL_ACCESS, where, select: null, sort: [], limit: { value: ids.length } };
    const found = await ctx.source(collection).store.find(tree, bindSlow(ctx, []));
    for (const row of found.rows) rows.set(itemKey(collection, row.id as string), row);
  }
  return rows;
}
