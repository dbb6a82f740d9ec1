import {
  ALWAYS,
  and,
  type Collection,
  type Condition,
  FilterParser,
  type Find,
  FULL_ACCESS,
  invalid,
  isAlways,
  type Json,
  type Mutation,
  not,
  PlinthError,
  plural,
  type ReadPolicy,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { requireWriteAccess, type WritePolicy } from "../access/write-policy.ts";
import { bindSlow } from "../kernel/bindings.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import { countIn } from "../read/page.ts";
import { requireListWithinLimit } from "../read/query-cost-limit.ts";
import { referenceContext } from "../read/query-parts.ts";
import { mayBreak, prepareChange, transitionsFor } from "./change.ts";
import { deletion } from "./deletion.ts";
import { dryRun } from "./dry-run.ts";
import { explainDeleteError, explainWriteError } from "./errors.ts";
import { resolveLookup } from "./lookup.ts";
import { changeRefusal } from "./operators.ts";
import { referenceChecks } from "./reference-access.ts";
import { commitBatch, replayableResult, type WriteStep } from "./write-batch.ts";

const DEFAULT_CAP = 1000;
const MAX_CAP = 10_000;

/** The items of a bulk write, and their maximum number. */
export interface BulkInput {
  readonly filter?: Json | undefined;
  /** Required where the filter matches all items. */
  readonly all?: boolean | undefined;
  /** If the filter matches more items, the write is refused and nothing is written. Default 1,000. */
  readonly limit?: number | undefined;
  /** Only counts. */
  readonly dryRun?: boolean | undefined;
}

/** The items of a bulk write: those that the caller may see, may write, and selects. */
interface BulkSelection {
  readonly collection: Collection;
  readonly read: ReadPolicy;
  readonly where: Condition;
  readonly cap: number;
  readonly dryRun: boolean;
}

export type BulkResult = { readonly matched: number; readonly dry_run: boolean } & { readonly [done: string]: Json };

/** Applies one patch to all items that match the filter, all or nothing. */
export async function patchItems(
  ctx: RequestContext,
  slug: string,
  input: BulkInput,
  given: Json,
): Promise<BulkResult> {
  const collection = collectionOf(ctx, slug);
  const body = await resolveLookup(ctx, "update", collection, given);
  const { values, changes, provided } = prepareChange(ctx, collection, body, "partial");
  if (provided.length === 0) throw invalid("body", "expected at least one field to set");
  const selected = select(ctx, collection, input);
  const policy = requireWriteAccess(ctx.catalog, ctx.principal, collection, "update", provided);
  return write(ctx, selected, policy, "updated", (ids) => {
    const where = and(hasIdAmong(collection, ids), policy.where);
    const transitions = transitionsFor(policy, provided);
    const set = { ...values, updated_at: ctx.variables.now };
    const callerFilter = { policy: selected.read, where: selected.where };
    const alone = { kind: "update", collection, where, callerFilter, merge: true } as const satisfies Partial<Mutation>;
    const update: Mutation = {
      ...alone,
      set,
      // Some databases also count the rows that triggers write. Returned rows are exactly the changed ones.
      returning: "id",
      ...(changes && { changes }),
      ...(transitions && { transitions: { of: transitions, label: "check" } }),
    };
    const broken = and(hasIdAmong(collection, ids), not(policy.check));
    const check: Mutation = { kind: "guard", label: "check", collection, where: broken, expect: "none" };
    const trees = mayBreak(policy, provided) ? [update, check] : [update];
    return {
      trees,
      references: referenceChecks(
        ctx,
        collection,
        ids.map(() => ({ row: values, provided, policy })),
      ),
      async explain(error, _reason, failedBatch) {
        // If there are several errors, the database's row order decides which one comes first.
        for (const change of changes ?? []) {
          const { kind } = (await dryRun(ctx, [{ ...alone, set: {}, changes: [change] }])) ?? {};
          if (kind === "guard" || kind === "too_large") return changeRefusal(change, (name) => name);
        }
        if (error.kind !== "guard") return explainWriteError(ctx, error, collection, trees, failedBatch);
        return new PlinthError("FORBIDDEN", `No rule lets you make this change to all these items of ${slug}.`);
      },
    };
  });
}

/** Deletes all items that match the filter, or none. */
export async function deleteItems(ctx: RequestContext, slug: string, input: BulkInput): Promise<BulkResult> {
  const collection = collectionOf(ctx, slug);
  const selected = select(ctx, collection, input);
  const policy = requireWriteAccess(ctx.catalog, ctx.principal, collection, "delete", []);
  return write(ctx, selected, policy, "deleted", (ids) => {
    const where = and(hasIdAmong(collection, ids), policy.where);
    const callerFilter = { policy: selected.read, where: selected.where };
    return {
      trees: [deletion(ctx.catalog, collection, where, callerFilter)],
      explain: (error) => explainDeleteError(ctx, error, collection, ids),
    };
  });
}

/**
 * The items are selected first, to count them. The statement repeats the condition, so it skips an item that changed in
 * between.
 */
async function write(
  ctx: RequestContext,
  selected: BulkSelection,
  policy: WritePolicy,
  done: "updated" | "deleted",
  plan: (ids: readonly string[]) => WriteStep,
): Promise<BulkResult> {
  const { dryRun } = selected;
  const ids = await matching(ctx, selected, policy);
  const result = (n: number): BulkResult => ({ matched: ids.length, [done]: n, dry_run: dryRun });
  if (dryRun || ids.length === 0) return result(0);
  const replay = () => replayableResult(false, { data: result(ids.length) });
  const [results] = await commitBatch(ctx, { steps: [plan(ids)], replay });
  const { changes } = results![0]!;
  if (done === "updated" || changes === ids.length) return result(changes);
  // A database may not return rows that the same statement deleted by cascade.
  const { collection } = selected;
  const left = { collection, policy: FULL_ACCESS, where: hasIdAmong(collection, ids) };
  return result(ids.length - (await ctx.source(left.collection).store.count(left, bindSlow(ctx, []))));
}

async function matching(ctx: RequestContext, { collection, read, where, cap }: BulkSelection, policy: WritePolicy) {
  const found = { collection, policy: { where: and(read.where, policy.where), fields: read.fields }, where };
  const tree: Find = { ...found, select: ["id"], sort: [], limit: { value: cap + 1 } };
  await requireListWithinLimit(ctx, tree, []);
  const { rows } = await ctx.source(tree.collection).store.find(tree, bindSlow(ctx, []));
  if (rows.length > cap) {
    // Other requests may delete some before the count, so `rows.length` is a lower bound.
    const matched = Math.max(rows.length, await ctx.source(found.collection).store.count(found, bindSlow(ctx, [])));
    const message = `${matched} ${plural(matched, "item matches", "items match")}, more than the limit of ${cap}, and nothing was written; narrow the filter or raise limit (at most ${MAX_CAP}).`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "limit", limit: cap, matched });
  }
  return rows.map((row) => row.id as string);
}

function select(ctx: RequestContext, collection: Collection, input: BulkInput): BulkSelection {
  const { filter, all = false, dryRun = false } = input;
  const read = requireReadAccess(ctx.catalog, ctx.principal, collection);
  if (filter === undefined) throw invalid("filter", "expected a filter; filter={} with all=true means all items");
  const parser = new FilterParser({ mode: "inline", ...referenceContext(ctx) });
  const where = parser.parse(collection, filter).condition;
  if (isAlways(where) && !all) throw invalid("filter", "this filter matches all items; add all=true to confirm");
  const cap = countIn(input.limit, "limit", DEFAULT_CAP, 1, MAX_CAP);
  return { collection, read, where: isAlways(where) ? ALWAYS : where, cap, dryRun };
}
