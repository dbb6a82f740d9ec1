import {
  ALWAYS,
  type Collection,
  type Condition,
  evaluate,
  type Json,
  type Mutation,
  NEVER,
  PlinthError,
  type Row,
  reachesOut,
} from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
import { bind } from "../read/read.ts";
import { changePart, prepareChange } from "../write/change.ts";
import { createPart, prepareCreate } from "../write/create.ts";
import { changeGraph, createGraph, graphContext, hasGraph } from "../write/graph.ts";
import { commitPlan, outcomeOf, type Part } from "../write/plan.ts";

/** A write's refusal; null where it would be done. */
export type Refusal = PlinthError | null;

/** By a rule, and not by anything else that a write has to satisfy. */
export function isByRules({ code }: PlinthError): boolean {
  return ["UNAUTHORIZED", "FORBIDDEN", "FIELD_FORBIDDEN", "ITEM_NOT_FOUND"].includes(code);
}

/** How a create would be answered. The database is asked only where one row alone does not decide. */
export async function tryCreate(scope: Scope, collection: Collection, body: Json): Promise<Refusal> {
  return refusalOf(async () => {
    if (hasGraph(collection, body))
      return dryRun(scope, collection, createGraph(graphContext(scope), collection, body, "").parts);
    const prepared = prepareCreate(scope, collection, body, "");
    if (!reachesOut(prepared.access.check)) return null;
    return dryRun(scope, collection, [createPart(scope, collection, [prepared])]);
  });
}

export async function tryChange(scope: Scope, collection: Collection, id: string, body: Json): Promise<Refusal> {
  return refusalOf(async () => dryRun(scope, collection, changeParts(scope, collection, id, body)));
}

/** Whether the condition holds for an item as the change would leave it; null where the change cannot be done. */
export async function holdsAfter(
  scope: Scope,
  collection: Collection,
  id: string,
  body: Json,
  condition: Condition,
): Promise<boolean | null> {
  const parts = changeParts(unbound(scope), collection, id, body);
  return outcomeOfCheck(await dryRun(scope, collection, [...parts, holding(collection, id, condition)]));
}

/** Whether it holds for a row that is only described; null where the database cannot have such a row. */
export async function holdsForRow(
  scope: Scope,
  collection: Collection,
  row: Row,
  condition: Condition,
): Promise<boolean | null> {
  if (!reachesOut(condition)) return evaluate(condition, row, bind(scope, []));
  const access = { where: ALWAYS, check: ALWAYS, checkFollows: true, presets: {} };
  const part = createPart(unbound(scope), collection, [{ row, access, given: [] }]);
  return outcomeOfCheck(await dryRun(scope, collection, [part, holding(collection, row.id as string, condition)]));
}

function changeParts(scope: Scope, collection: Collection, id: string, body: Json): readonly Part[] {
  const target = { collection, id, guarded: true };
  if (hasGraph(collection, body)) return changeGraph(graphContext(scope), target, body, "partial", "").parts;
  return [changePart(scope, target, prepareChange(scope, collection, body, "partial"))];
}

/** The same caller under no rules: the values of its variables stay. */
function unbound(scope: Scope): Scope {
  return { ...scope, principal: { ...scope.principal, bypass: true } };
}

const DOES_NOT_HOLD = new PlinthError("FORBIDDEN");

function holding(collection: Collection, id: string, condition: Condition): Part {
  const where: Condition = { kind: "and", of: [hasId(collection, id), condition] };
  return { trees: [{ kind: "guard", label: "holds", collection, where }], explain: () => DOES_NOT_HOLD };
}

function outcomeOfCheck(refusal: Refusal): boolean | null {
  if (refusal === null) return true;
  return refusal === DOES_NOT_HOLD ? false : null;
}

async function refusalOf(attempt: () => Promise<Refusal>): Promise<Refusal> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof PlinthError && isByRules(error)) return error;
    throw error;
  }
}

/** Runs the very statements of a write, in a batch that ends in a refusal and so leaves nothing behind. */
async function dryRun(scope: Scope, collection: Collection, parts: readonly Part[]): Promise<Refusal> {
  const done = new PlinthError("CONFLICT");
  const refusal: Mutation = { kind: "guard", label: "simulated", collection, where: NEVER };
  const last: Part = { trees: [refusal], explain: () => done };
  try {
    const { claim: _, ...bare } = scope;
    await commitPlan(bare, { parts: [...parts, last], outcome: () => outcomeOf(false, {}) });
  } catch (error) {
    if (error === done) return null;
    if (error instanceof PlinthError && error.status < 500) return error;
    throw error;
  }
  throw new Error("a simulated write was committed");
}
