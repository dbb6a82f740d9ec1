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
import { type ListParameters, parameters } from "../read/list-query.ts";
import { referenceContext } from "../read/query-parts.ts";
import { bind } from "../read/read.ts";
import { mayBreak, prepareChange, transitionsFor } from "./change.ts";
import { deletion } from "./deletion.ts";
import { explainDeleteError, explainWriteError } from "./errors.ts";
import { changeRefusal } from "./operators.ts";
import { commitPlan, outcomeOf, type Part } from "./plan.ts";
import { trial } from "./trial.ts";

const PARAMETERS = ["filter", "limit", "dry_run", "all"] as const;
const DEFAULT_CAP = 1000;
const MAX_CAP = 10_000;

/** What a bulk write is about: the items that the caller may see, may write, and asks for. */
interface Selected {
  readonly collection: Collection;
  readonly read: Access;
  readonly where: Condition;
  readonly cap: number;
  readonly dryRun: boolean;
}

export type BulkResult = { readonly matched: number; readonly dry_run: boolean } & { readonly [done: string]: Json };

/** `PATCH /api/items/:slug?filter=…`: one patch for all items that the filter finds, all or nothing. */
export async function patchItems(scope: Scope, slug: string, search: string, body: Json): Promise<BulkResult> {
  const collection = collectionOf(scope.catalog, slug);
  const { values, changes, given } = prepareChange(scope, collection, body, "partial");
  if (given.length === 0) throw invalid("body", "expected at least one field to set");
  const selected = select(scope, collection, search);
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

/** `DELETE /api/items/:slug?filter=…`. */
export async function deleteItems(scope: Scope, slug: string, search: string): Promise<BulkResult> {
  const collection = collectionOf(scope.catalog, slug);
  const selected = select(scope, collection, search);
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
  return result(ids.length - (await scope.store.count(left, bind(scope, []))));
}

async function matching(scope: Scope, { collection, read, where, cap }: Selected, access: WriteAccess) {
  const found = { collection, access: { where: and(read.where, access.where), fields: read.fields }, where };
  const tree: Find = { ...found, select: ["id"], sort: [], limit: { value: cap + 1 } };
  const { rows } = await scope.store.find(tree, bind(scope, []));
  if (rows.length > cap) {
    // Others may delete some meanwhile; this many there were.
    const matched = Math.max(rows.length, await scope.store.count(found, bind(scope, [])));
    const message = `${matched} items match, more than the limit of ${cap}, and nothing was written; narrow the filter or raise limit (at most ${MAX_CAP}).`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "limit", limit: cap, matched });
  }
  return rows.map((row) => row.id as string);
}

function select(scope: Scope, collection: Collection, search: string): Selected {
  const params = parameters(new URLSearchParams(search), PARAMETERS);
  const read = requireReadAccess(scope.catalog, scope.principal, collection);
  const text = params.get("filter");
  if (text === undefined) throw invalid("filter", "say which items are meant; filter={} with all=true means all");
  const parser = new FilterParser({ mode: "inline", ...referenceContext(scope) });
  const where = parser.parse(collection, jsonOf(text)).condition;
  if (isAlways(where) && !flagOf(params, "all"))
    throw invalid("filter", "this means all items; add all=true if that is what you want");
  return {
    collection,
    read,
    where: isAlways(where) ? ALWAYS : where,
    cap: capOf(params),
    dryRun: flagOf(params, "dry_run"),
  };
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid("filter", "is not valid JSON");
  }
}

function flagOf(params: ListParameters, name: string): boolean {
  const text = params.get(name) ?? "false";
  if (text !== "true" && text !== "false") throw invalid(name, "expected true or false");
  return text === "true";
}

function capOf(params: ListParameters): number {
  const text = params.get("limit");
  if (text === undefined) return DEFAULT_CAP;
  const cap = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (cap < 1 || cap > MAX_CAP) throw invalid("limit", `expected a whole number from 1 to ${MAX_CAP}`);
  return cap;
}
