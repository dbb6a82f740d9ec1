import {
  type Access,
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
} from "@plinth/core";
import { requireReadAccess } from "../access/read-access.ts";
import { requireWriteAccess, type WriteAccess } from "../access/write-access.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import { countIn } from "../read/page.ts";
import { referenceContext } from "../read/query-parts.ts";
import { bind } from "../read/read.ts";
import { mayBreak, prepareChange, transitionsFor } from "./change.ts";
import { deletion } from "./deletion.ts";
import { explainDeleteError, explainWriteError } from "./errors.ts";
import { changeRefusal } from "./operators.ts";
import { commitPlan, outcomeOf, type Part } from "./plan.ts";
import { trial } from "./trial.ts";

const DEFAULT_CAP = 1000;
const MAX_CAP = 10_000;

/** Which items a bulk write is about, and how many they may be. */
export interface BulkInput {
  readonly filter?: Json | undefined;
  /** Needed where the filter means all items. */
  readonly all?: boolean | undefined;
  /** More items than this are refused; nothing is written then. Default 1,000. */
  readonly limit?: number | undefined;
  /** Only counts. */
  readonly dryRun?: boolean | undefined;
}

/** What a bulk write is about: the items that the caller may see, may write, and asks for. */
interface Selected {
  readonly collection: Collection;
  readonly read: Access;
  readonly where: Condition;
  readonly cap: number;
  readonly dryRun: boolean;
}

export type BulkResult = { readonly matched: number; readonly dry_run: boolean } & { readonly [done: string]: Json };

/** One patch for all items that the filter finds, all or nothing. */
export async function patchItems(scope: Scope, slug: string, input: BulkInput, body: Json): Promise<BulkResult> {
  const collection = collectionOf(scope.catalog, slug);
  const { values, changes, given } = prepareChange(scope, collection, body, "partial");
  if (given.length === 0) throw invalid("body", "expected at least one field to set");
  const selected = select(scope, collection, input);
  const access = requireWriteAccess(scope.catalog, scope.principal, collection, "update", given);
  return write(scope, selected, access, "updated", (ids) => {
    const where = and(hasIdAmong(collection, ids), access.where);
    const transitions = transitionsFor(access, given);
    const set = { ...values, updated_at: scope.variables.now };
    const asked = { access: selected.read, where: selected.where };
    const alone = { kind: "update", collection, where, asked, merge: true } as const;
    const update: Mutation = {
      ...alone,
      set,
      // Some engines count what triggers write; rows that come back are those that were changed.
      returning: "id",
      ...(changes && { changes }),
      ...(transitions && { transitions: { of: transitions, label: "check" } }),
    };
    const broken = and(hasIdAmong(collection, ids), not(access.check));
    const check: Mutation = { kind: "guard", label: "check", collection, where: broken, expect: "none" };
    const trees = mayBreak(access, given) ? [update, check] : [update];
    return {
      trees,
      async explain(error, _reason, around) {
        // Which of several faults comes first hangs on the order in which an engine goes through the items.
        for (const change of changes ?? []) {
          const { kind } = (await trial(scope, [{ ...alone, set: {}, changes: [change] }])) ?? {};
          if (kind === "guard" || kind === "too_large") return changeRefusal(change, (name) => name);
        }
        if (error.kind !== "guard") return explainWriteError(scope, error, collection, trees, around);
        return new PlinthError("FORBIDDEN", `No rule lets you make this change to all these items of ${slug}.`);
      },
    };
  });
}

/** Deletes all items that the filter finds, or none. */
export async function deleteItems(scope: Scope, slug: string, input: BulkInput): Promise<BulkResult> {
  const collection = collectionOf(scope.catalog, slug);
  const selected = select(scope, collection, input);
  const access = requireWriteAccess(scope.catalog, scope.principal, collection, "delete", []);
  return write(scope, selected, access, "deleted", (ids) => {
    const where = and(hasIdAmong(collection, ids), access.where);
    const asked = { access: selected.read, where: selected.where };
    return {
      trees: [deletion(scope.catalog, collection, where, asked)],
      explain: (error) => explainDeleteError(scope, error, collection, ids),
    };
  });
}

/**
 * The items are looked up first, to know how many they are; the statement asks again, so that one which has changed in
 * between is left alone.
 */
async function write(
  scope: Scope,
  selected: Selected,
  access: WriteAccess,
  done: "updated" | "deleted",
  plan: (ids: readonly string[]) => Part,
): Promise<BulkResult> {
  const { dryRun } = selected;
  const ids = await matching(scope, selected, access);
  const result = (n: number): BulkResult => ({ matched: ids.length, [done]: n, dry_run: dryRun });
  if (dryRun || ids.length === 0) return result(0);
  const outcome = () => outcomeOf(false, { data: result(ids.length) });
  const [results] = await commitPlan(scope, { parts: [plan(ids)], outcome });
  const { changes } = results![0]!;
  if (done === "updated" || changes === ids.length) return result(changes);
  // An engine may leave out what the same statement has deleted by cascade.
  const { collection } = selected;
  const left = { collection, access: FULL_ACCESS, where: hasIdAmong(collection, ids) };
  return result(ids.length - (await scope.source(left.collection).store.count(left, bind(scope, []))));
}

async function matching(scope: Scope, { collection, read, where, cap }: Selected, access: WriteAccess) {
  const found = { collection, access: { where: and(read.where, access.where), fields: read.fields }, where };
  const tree: Find = { ...found, select: ["id"], sort: [], limit: { value: cap + 1 } };
  const { rows } = await scope.source(tree.collection).store.find(tree, bind(scope, []));
  if (rows.length > cap) {
    // Others may delete some meanwhile; this many there were.
    const matched = Math.max(rows.length, await scope.source(found.collection).store.count(found, bind(scope, [])));
    const message = `${matched} items match, more than the limit of ${cap}, and nothing was written; narrow the filter or raise limit (at most ${MAX_CAP}).`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "limit", limit: cap, matched });
  }
  return rows.map((row) => row.id as string);
}

function select(scope: Scope, collection: Collection, input: BulkInput): Selected {
  const { filter, all = false, dryRun = false } = input;
  const read = requireReadAccess(scope.catalog, scope.principal, collection);
  if (filter === undefined) throw invalid("filter", "expected a filter; filter={} with all=true means all items");
  const parser = new FilterParser({ mode: "inline", ...referenceContext(scope) });
  const where = parser.parse(collection, filter).condition;
  if (isAlways(where) && !all) throw invalid("filter", "this filter matches all items; add all=true to confirm");
  const cap = countIn(input.limit, "limit", DEFAULT_CAP, 1, MAX_CAP);
  return { collection, read, where: isAlways(where) ? ALWAYS : where, cap, dryRun };
}
