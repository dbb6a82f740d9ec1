import { invalid, type Json, type Row } from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { type UpsertMeta, upsertMeta } from "./outcome.ts";
import { commitPlan, outcomeOf } from "./plan.ts";
import { conflictFields, upsertOperation } from "./upsert.ts";

const MAX_ITEMS = 1000;

/** How an upsert finds what is there already, and what it does with it. */
export interface UpsertInput {
  /** A unique field, or a set that is unique together. */
  readonly onConflict: readonly string[];
  /** Default `merge`. */
  readonly resolution?: "merge" | "ignore" | undefined;
}

export interface UpsertResult {
  readonly data: Row | Row[];
  readonly meta: UpsertMeta;
}

/** Inserts what is new, updates or ignores what is there. */
export async function upsertItems(scope: Scope, slug: string, input: UpsertInput, body: Json): Promise<UpsertResult> {
  const collection = collectionOf(scope.catalog, slug);
  const { onConflict, resolution = "merge" } = input;
  const list = Array.isArray(body) ? body : [body];
  if (list.length === 0) throw invalid("body", "expected at least one item");
  if (list.length > MAX_ITEMS)
    throw invalid("body", `at most ${MAX_ITEMS} items can be written at once`, "LIMIT_EXCEEDED");
  const upsert = upsertOperation(scope, collection, list, {
    fields: conflictFields(scope, collection, onConflict, "on_conflict", resolution === "merge"),
    merge: resolution === "merge",
    prefix: (index) => (Array.isArray(body) ? String(index) : ""),
  });
  const outcome = () => {
    const data = upsert.outcome();
    return outcomeOf(false, { data: Array.isArray(body) ? data : data[0]!, meta: upsert.outcomesOutcome() });
  };
  const { rows, outcomes } = await upsert.answer(await commitPlan(scope, { parts: upsert.parts, outcome }));
  return { data: Array.isArray(body) ? rows : rows[0]!, meta: upsertMeta(outcomes) };
}
