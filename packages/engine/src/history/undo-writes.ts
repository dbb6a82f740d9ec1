import { ALWAYS, and, type Collection, type Mutation, or, PlinthError, type Row } from "@plinth/core";
import { requireUndoAccess } from "../access/write-policy.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId, hasIdAmong, hasVersion } from "../read/conditions.ts";
import { createStep } from "../write/create.ts";
import { deletion } from "../write/deletion.ts";
import { explainDeleteError, explainWriteError } from "../write/errors.ts";
import { commitBatch, replayableResult, type WriteStep } from "../write/write-batch.ts";
import { parentsFirst } from "./parents-first.ts";
import type { PreparedInverse } from "./undo-plan.ts";

/** An item has changed since the undo read it. */
const CHANGED = "changed since";
/** Versions that one statement compares: an engine takes few parameters. */
const VERSIONS_AT_ONCE = 20;

/** Does these in one batch, in their order. Throws PRECONDITION_FAILED where an item has changed since it was read. */
export async function writeInverses(ctx: RequestContext, inverses: readonly PreparedInverse[]): Promise<void> {
  const steps = runsOf(inverses).map((run) => WRITES[run[0]!.kind](ctx, run[0]!.collection, run));
  await commitBatch(ctx, { steps, replay: () => replayableResult(false, {}) });
}

/** Neighbours of one kind and collection are written together. */
function runsOf(inverses: readonly PreparedInverse[]): PreparedInverse[][] {
  const runs: PreparedInverse[][] = [];
  for (const inverse of inverses) {
    const [first] = runs.at(-1) ?? [];
    if (first?.kind === inverse.kind && first.collection === inverse.collection) runs.at(-1)!.push(inverse);
    else runs.push([inverse]);
  }
  return runs;
}

type MakeStep = (ctx: RequestContext, collection: Collection, run: readonly PreparedInverse[]) => WriteStep;

const WRITES: Record<PreparedInverse["kind"], MakeStep> = {
  restore(ctx, collection, run) {
    const ordered = parentsFirst(collection, run);
    return createStep(
      ctx,
      collection,
      ordered.map(({ create }) => create!),
    );
  },
  update(ctx, collection, run) {
    const updates = run.map((inverse): Mutation => {
      const { provided, values, merge } = inverse.change!;
      const policy = requireUndoAccess(ctx.catalog, ctx.principal, collection, "update", provided);
      const where = and(hasId(collection, inverse.id), policy.where);
      const set: Row = { ...values, updated_at: ctx.variables.now };
      const before = sameVersion(collection, inverse.row);
      return {
        kind: "update",
        collection,
        where,
        set,
        merge,
        transitions: { of: [{ before, after: ALWAYS }], label: CHANGED },
      };
    });
    const ids = [...new Set(run.map(({ id }) => id))];
    const trees = [allThere(collection, ids), ...updates];
    return {
      trees,
      explain: (error, _reason, failed) =>
        error.kind === "guard" ? changed(collection) : explainWriteError(ctx, error, collection, trees, failed),
    };
  },
  delete(ctx, collection, run) {
    const { where: allowed } = requireUndoAccess(ctx.catalog, ctx.principal, collection, "delete", []);
    const ids = run.map(({ id }) => id);
    const asRead = [...Map.groupBy(run, ({ row }) => row.version ?? null).values()].map((some) => {
      const among = some.map(({ id }) => id);
      return and(hasIdAmong(collection, among), sameVersion(collection, some[0]!.row));
    });
    const deletions: Mutation[] = [];
    for (let from = 0; from < asRead.length; from += VERSIONS_AT_ONCE) {
      const where = and(or(...asRead.slice(from, from + VERSIONS_AT_ONCE)), allowed);
      deletions.push(deletion(ctx.catalog, collection, where));
    }
    return {
      trees: [
        allThere(collection, ids),
        ...deletions,
        // What has another version now is still there.
        { kind: "guard", label: CHANGED, collection, where: hasIdAmong(collection, ids), expect: "none" },
      ],
      explain: (error) =>
        error.kind === "guard" ? changed(collection) : explainDeleteError(ctx, error, collection, ids),
    };
  },
};

/**
 * The items stay there until the commit. Otherwise whoever deletes them at this moment, such as the same undo sent twice,
 * and this undo would both say that they have done it.
 */
function allThere(collection: Collection, ids: readonly string[]): Mutation {
  const where = hasIdAmong(collection, ids);
  const expect = [{ op: "eq", count: ids.length }] as const;
  return { kind: "guard", label: CHANGED, collection, where, expect, locks: true };
}

function sameVersion(collection: Collection, row: Row) {
  return typeof row.version === "number" && collection.byName.has("version")
    ? hasVersion(collection, [row.version])
    : ALWAYS;
}

function changed({ slug }: Collection): PlinthError {
  return new PlinthError("PRECONDITION_FAILED", `Items of ${slug} have changed while this was undone.`);
}
