import { invalid, type Json, type Row } from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { parameters } from "../read/list-query.ts";
import { type UpsertMeta, upsertMeta } from "./outcome.ts";
import { commitPlan, outcomeOf } from "./plan.ts";
import { conflictFields, upsertOperation } from "./upsert.ts";

const PARAMETERS = ["on_conflict", "resolution"] as const;
const MAX_ITEMS = 1000;

export interface UpsertResult {
  readonly data: Row | Row[];
  readonly meta: UpsertMeta;
}

/** `POST /api/items/:slug?on_conflict=…`: inserts what is new, updates or ignores what is there. */
export async function upsertItems(scope: Scope, slug: string, search: string, body: Json): Promise<UpsertResult> {
  const collection = collectionOf(scope.catalog, slug);
  const params = parameters(new URLSearchParams(search), PARAMETERS);
  const resolution = params.get("resolution") ?? "merge";
  if (resolution !== "merge" && resolution !== "ignore") throw invalid("resolution", "expected merge or ignore");
  const names = params.get("on_conflict");
  if (names === undefined) throw invalid("resolution", "goes with on_conflict, which names the unique field or set");
  const list = Array.isArray(body) ? body : [body];
  if (list.length === 0) throw invalid("body", "expected at least one item");
  if (list.length > MAX_ITEMS)
    throw invalid("body", `at most ${MAX_ITEMS} items can be written at once`, "LIMIT_EXCEEDED");
  const upsert = upsertOperation(scope, collection, list, {
    fields: conflictFields(scope, collection, names, "on_conflict", resolution === "merge"),
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
