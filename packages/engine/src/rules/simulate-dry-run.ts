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
  usesRelations,
} from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
import { changeStep, prepareChange } from "../write/change.ts";
import { createStep, prepareCreate } from "../write/create.ts";
import { changeGraph, createGraph, graphContext, hasGraph } from "../write/graph.ts";
import { resolveLookup } from "../write/lookup.ts";
import { commitBatch, replayableResult, type WriteStep } from "../write/write-batch.ts";

/** A write's error. Null: the write would succeed. */
export type DryRunError = PlinthError | null;

/** Whether a rule caused the error. */
export function isByRules({ code }: PlinthError): boolean {
  return ["UNAUTHORIZED", "FORBIDDEN", "FIELD_FORBIDDEN", "ITEM_NOT_FOUND"].includes(code);
}

/** The result that a create would have. Queries the database only where one row alone does not decide. */
export async function tryCreate(ctx: RequestContext, collection: Collection, given: Json): Promise<DryRunError> {
  return refusalOf(async () => {
    const body = await resolveLookup(ctx, "create", collection, given);
    const graphSteps = (as: RequestContext) => createGraph(graphContext(as), collection, body, "").steps;
    if (hasGraph(collection, body)) return dryRunBound(ctx, collection, graphSteps);
    const prepared = prepareCreate(ctx, collection, body, "");
    const step = createStep(ctx, collection, [prepared]);
    if (!usesRelations(prepared.policy.check) && step.references?.length === 0) return null;
    return dryRunBound(ctx, collection, (as) => [as === ctx ? step : createStep(as, collection, [prepared])]);
  });
}

export async function tryChange(
  ctx: RequestContext,
  collection: Collection,
  id: string,
  given: Json,
): Promise<DryRunError> {
  return refusalOf(async () => {
    const body = await resolveLookup(ctx, "update", collection, given);
    return dryRunBound(ctx, collection, (as) => changeSteps(as, collection, id, body));
  });
}

/** Whether the condition holds for an item after the change. Null: the change is not possible. */
export async function holdsAfter(
  ctx: RequestContext,
  collection: Collection,
  id: string,
  body: Json,
  condition: Condition,
): Promise<boolean | null> {
  const free = unbound(ctx);
  const steps = changeSteps(free, collection, id, await resolveLookup(free, "update", collection, body));
  return resultOfCheck(await dryRunSteps(ctx, collection, [...steps, holding(collection, id, condition)]));
}

/** Whether it holds for a row that exists only in the request. Null: the database cannot store such a row. */
export async function holdsForRow(
  ctx: RequestContext,
  collection: Collection,
  row: Row,
  condition: Condition,
): Promise<boolean | null> {
  if (!usesRelations(condition)) return evaluate(condition, row, bind(ctx, []));
  const policy = { where: ALWAYS, check: ALWAYS, checkFollows: true, presets: {} };
  const step = createStep(unbound(ctx), collection, [{ row, policy, provided: [], prefix: "" }]);
  return resultOfCheck(await dryRunSteps(ctx, collection, [step, holding(collection, row.id as string, condition)]));
}

function changeSteps(ctx: RequestContext, collection: Collection, id: string, body: Json): readonly WriteStep[] {
  const target = { collection, id, guarded: true };
  if (hasGraph(collection, body)) return changeGraph(graphContext(ctx), target, body, "partial", "").steps;
  return [changeStep(ctx, target, prepareChange(ctx, collection, body, "partial"))];
}

/** The same caller without rules. The values of its variables stay. */
function unbound(ctx: RequestContext): RequestContext {
  return { ...ctx, principal: { ...ctx.principal, bypass: true } };
}

const DOES_NOT_HOLD = new PlinthError("FORBIDDEN");

function holding(collection: Collection, id: string, condition: Condition): WriteStep {
  const where: Condition = { kind: "and", of: [hasId(collection, id), condition] };
  return { trees: [{ kind: "guard", label: "holds", collection, where }], explain: () => DOES_NOT_HOLD };
}

function resultOfCheck(refusal: DryRunError): boolean | null {
  if (refusal === null) return true;
  return refusal === DOES_NOT_HOLD ? false : null;
}

async function refusalOf(attempt: () => Promise<DryRunError>): Promise<DryRunError> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof PlinthError && isByRules(error)) return error;
    throw error;
  }
}

/** As the caller. A reference that only a caller without rules may make is refused by the rules. */
async function dryRunBound(
  ctx: RequestContext,
  collection: Collection,
  stepsAs: (ctx: RequestContext) => readonly WriteStep[],
): Promise<DryRunError> {
  const refusal = await dryRunSteps(ctx, collection, stepsAs(ctx));
  if (refusal?.code !== "REFERENCE_NOT_FOUND") return refusal;
  const free = unbound(ctx);
  if ((await dryRunSteps(free, collection, stepsAs(free)))?.code === "REFERENCE_NOT_FOUND") return refusal;
  const field = refusal.details?.field;
  return new PlinthError("FORBIDDEN", `${field}: the caller may not read the item that it refers to`, { field });
}

/** Runs the statements of a real write, in a batch that always ends with an error and so writes nothing. */
async function dryRunSteps(
  ctx: RequestContext,
  collection: Collection,
  steps: readonly WriteStep[],
): Promise<DryRunError> {
  const done = new PlinthError("CONFLICT");
  const refusal: Mutation = { kind: "guard", label: "simulated", collection, where: NEVER };
  const last: WriteStep = { trees: [refusal], explain: () => done };
  try {
    const { lock: _, ...bare } = ctx;
    await commitBatch(bare, { steps: [...steps, last], replay: () => replayableResult(false, {}) });
  } catch (error) {
    if (error === done) return null;
    if (error instanceof PlinthError && error.status < 500) return error;
    throw error;
  }
  throw new Error("a simulated write was committed");
}
