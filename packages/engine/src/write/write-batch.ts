import { DataError, failureOf, type Json, type Mutation, type MutationResult, PlinthError } from "@plinth/core";
import { mutate } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { keyTakenOver, LOCK_LABEL, type ReplayableResult } from "../kernel/idempotency-lock.ts";
import { commitAsked, isAsked } from "./before-write/commit-asked.ts";
import { locateStep } from "./locate.ts";
import { MadeItems } from "./made-items.ts";
import { atPath, inOperation } from "./operation-errors.ts";
import type { WriteStep } from "./write-step.ts";

export type { WriteStep } from "./write-step.ts";

export interface WriteBatch {
  readonly steps: readonly WriteStep[];
  /** The data from which the answer can be made again. Needed only where the request may be repeated. */
  replay(): ReplayableResult;
}

/** Runs the steps as one batch, all or nothing, and returns each step's results. Items are written only here. */
export async function commitBatch(ctx: RequestContext, batch: WriteBatch): Promise<MutationResult[][]> {
  if (!isAsked(ctx, batch.steps)) return commitSteps(ctx, batch);
  return commitAsked(ctx, batch.steps, (steps) => commitSteps(ctx, { ...batch, steps }));
}

async function commitSteps(ctx: RequestContext, batch: WriteBatch): Promise<MutationResult[][]> {
  const steps = guarded(batch.steps);
  const { lock } = ctx;
  // A single step needs no label.
  const single = steps.length === 1;
  let trees = single ? steps[0]!.trees : steps.flatMap((step, i) => step.trees.map((tree) => labelled(tree, i)));
  if (lock) trees = [lock.guard, ...trees, lock.commit({ result: JSON.stringify(batch.replay()) })];
  let results: MutationResult[];
  try {
    const [first, ...rest] = trees;
    results = first ? await mutate(ctx, [first, ...rest]) : [];
  } catch (error) {
    throw await explainFailure(ctx, steps, error);
  }
  if (single && !lock && steps === batch.steps) return [results];
  let from = lock ? 1 : 0;
  return steps.map((step, i) => {
    const end = from + step.trees.length;
    const own = results.slice(end - batch.steps[i]!.trees.length, end);
    from = end;
    return own;
  });
}

/** The steps with the guards of their references. Items that the batch creates need none. */
function guarded(steps: readonly WriteStep[]): readonly WriteStep[] {
  if (!steps.some(({ references }) => references && references.length > 0)) return steps;
  const made = madeBy(steps);
  return steps.map((step) => {
    const { references = [] } = step;
    const guards = references.flatMap((check) => check.guard(made) ?? []);
    if (guards.length === 0) return step;
    return {
      ...step,
      trees: [...guards, ...step.trees],
      explain: (error, reason, failedBatch) =>
        references.find(({ label }) => error.kind === "guard" && label === reason)?.refusal() ??
        step.explain(error, reason, failedBatch),
    };
  });
}

function madeBy(steps: readonly WriteStep[]): MadeItems {
  return new MadeItems(steps.flatMap((step) => step.makes ?? []));
}

function labelled(tree: Mutation, index: number): Mutation {
  const at = (label: string): string => `${index}:${label}`;
  if (tree.kind === "guard") return { ...tree, label: at(tree.label) };
  if (tree.kind === "update" && (tree.changes || tree.transitions)) {
    const { changes, transitions, ...rest } = tree;
    return {
      ...rest,
      ...(changes && { changes: changes.map((change) => ({ ...change, label: at(change.label) })) }),
      ...(transitions && { transitions: { ...transitions, label: at(transitions.label) } }),
    };
  }
  if (tree.kind === "update_each") {
    const { transitions, label } = tree;
    const own = transitions && { transitions: { ...transitions, label: at(transitions.label) } };
    return { ...tree, label: at(label), ...own };
  }
  if (tree.kind === "insert" && tree.on_conflict)
    return { ...tree, on_conflict: { ...tree.on_conflict, label: at(tree.on_conflict.label) } };
  return tree;
}

/** One unit of the caller's request: its steps, and the answer made from their results. */
export interface WriteOperation {
  readonly steps: readonly WriteStep[];
  /** `results` belong to these steps, in order. */
  answer(results: readonly MutationResult[][]): Json | Promise<Json>;
  replay(): Json;
}

/** Runs operations as one batch and answers each. */
export async function commitOperations(
  ctx: RequestContext,
  operations: readonly WriteOperation[],
  replay: () => ReplayableResult,
): Promise<Json[]> {
  const results = await commitBatch(ctx, { steps: operations.flatMap(({ steps }) => steps), replay });
  let from = 0;
  const answers: Json[] = [];
  for (const { steps, answer } of operations) {
    answers.push(await answer(results.slice(from, from + steps.length)));
    from += steps.length;
  }
  return answers;
}

async function explainFailure(ctx: RequestContext, steps: readonly WriteStep[], error: unknown): Promise<unknown> {
  if (!(error instanceof DataError)) return error;
  if (error.guard === LOCK_LABEL) return keyTakenOver(error);
  // The database itself failed, or nobody knows: no step is the reason, and a guard did not refuse.
  const failure = failureOf(error);
  if (failure) return failure;
  if (error.kind === "too_large" && error.statementIndex === undefined && error.cause === undefined) {
    const message = `The request needs more statements than the database runs at once: ${error.message}.`;
    return new PlinthError("LIMIT_EXCEEDED", message, undefined, { cause: error });
  }
  const made = madeBy(steps);
  const colon = steps.length > 1 ? (error.guard?.indexOf(":") ?? -1) : -1;
  const reason = error.guard?.slice(colon + 1);
  const step = colon > 0 ? steps[Number(error.guard!.slice(0, colon))] : await locateStep(ctx, steps, error);
  if (!step) return error;
  const before = steps.slice(0, steps.indexOf(step)).flatMap(({ trees }) => trees);
  const explained = atPath(await step.explain(error, reason, { made, before }), step.path);
  if (step.operation === undefined || !(explained instanceof PlinthError)) return explained;
  return inOperation(explained, step.operation);
}

/** The final answer, and the data from which it can be made again. */
export function replayableResult(created: boolean, body: { readonly [key: string]: Json }): ReplayableResult {
  return { created, body };
}
