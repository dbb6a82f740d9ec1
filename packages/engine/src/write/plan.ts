import { DataError, type Json, type Mutated, type Mutation, PlinthError } from "@plinth/core";
import { CLAIM_LABEL, keyTakenOver, type Outcome } from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { sourceOfBatch } from "../kernel/sources.ts";
import { bind } from "../read/read.ts";
import type { Around } from "./errors.ts";
import { locatePart } from "./locate.ts";
import { atPath, inOperation } from "./operation-errors.ts";

/**
 * One thing that a write does: trees whose rules are already in them, and what their failure means. Whatever a write
 * depends on is a condition or a guard among its trees, so that nothing is decided before the batch runs.
 */
export interface Part {
  readonly trees: readonly Mutation[];
  /** The refusal for the caller. `reason` is the label of the guard that failed, if it was one. */
  explain(error: DataError, reason: string | undefined, around: Around): unknown;
  /** Where the item stands in the caller's body, if it is not the body itself. */
  readonly path?: string;
  /** The index within a batch of the caller's. */
  readonly operation?: number;
  /** Ids of the items that this part makes. */
  readonly makes?: readonly string[];
}

export interface WritePlan {
  readonly parts: readonly Part[];
  /** What the answer can be made from again; asked for only where the request may be repeated. */
  outcome(): Outcome;
}

/** Runs a plan as one batch, all or nothing, and gives each part's results. The only way by which items are written. */
export async function commitPlan(scope: Scope, plan: WritePlan): Promise<Mutated[][]> {
  const { parts } = plan;
  const { claim } = scope;
  // One part alone needs no telling apart.
  const single = parts.length === 1;
  let trees = single ? parts[0]!.trees : parts.flatMap((part, i) => part.trees.map((tree) => labelled(tree, i)));
  if (claim) trees = [claim.guard, ...trees, claim.commit({ outcome: JSON.stringify(plan.outcome()) })];
  let results: Mutated[];
  try {
    const [first, ...rest] = trees;
    results = first ? await sourceOfBatch(scope, [first, ...rest]).store.mutate(trees, bind(scope, [])) : [];
  } catch (error) {
    throw await explainFailure(scope, plan, error);
  }
  if (single && !claim) return [results];
  let from = claim ? 1 : 0;
  return parts.map((part) => {
    const own = results.slice(from, from + part.trees.length);
    from += part.trees.length;
    return own;
  });
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
  if (tree.kind === "insert" && tree.onConflict)
    return { ...tree, onConflict: { ...tree.onConflict, label: at(tree.onConflict.label) } };
  return tree;
}

/** What a caller asked for as one thing: its parts, and the answer that comes of their results. */
export interface Operation {
  readonly parts: readonly Part[];
  /** `results` are of these parts, in order. */
  answer(results: readonly Mutated[][]): Json | Promise<Json>;
  outcome(): Json;
}

/** Runs operations as one batch and answers each. */
export async function commitOperations(
  scope: Scope,
  operations: readonly Operation[],
  outcome: () => Outcome,
): Promise<Json[]> {
  const results = await commitPlan(scope, { parts: operations.flatMap(({ parts }) => parts), outcome });
  let from = 0;
  const answers: Json[] = [];
  for (const { parts, answer } of operations) {
    answers.push(await answer(results.slice(from, from + parts.length)));
    from += parts.length;
  }
  return answers;
}

async function explainFailure(scope: Scope, plan: WritePlan, error: unknown): Promise<unknown> {
  if (!(error instanceof DataError)) return error;
  if (error.guard === CLAIM_LABEL) return keyTakenOver(error);
  if (error.kind === "too_large" && error.statementIndex === undefined && error.cause === undefined) {
    const message = `The request needs more statements than the database runs at once: ${error.message}.`;
    return new PlinthError("LIMIT_EXCEEDED", message, undefined, { cause: error });
  }
  const { parts } = plan;
  const made = new Set(parts.flatMap((part) => part.makes ?? []));
  const colon = parts.length > 1 ? (error.guard?.indexOf(":") ?? -1) : -1;
  const reason = error.guard?.slice(colon + 1);
  const part = colon > 0 ? parts[Number(error.guard!.slice(0, colon))] : await locatePart(scope, parts, error);
  if (!part) return error;
  const before = parts.slice(0, parts.indexOf(part)).flatMap(({ trees }) => trees);
  const explained = atPath(await part.explain(error, reason, { made, before }), part.path);
  if (part.operation === undefined || !(explained instanceof PlinthError)) return explained;
  return inOperation(explained, part.operation);
}

/** An answer in its final form, beside what it can be made from again. */
export function outcomeOf(created: boolean, body: { readonly [key: string]: Json }): Outcome {
  return { created, body };
}
