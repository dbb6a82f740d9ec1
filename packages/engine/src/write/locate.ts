import type { DataError, DataErrorKind } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { dryRun } from "./dry-run.ts";
import type { WriteStep } from "./write-batch.ts";

/** The part that failed: by the engine's word, or where it does not say (D1, Neon) by trying. */
export async function locateStep(
  ctx: RequestContext,
  steps: readonly WriteStep[],
  error: DataError,
): Promise<WriteStep | undefined> {
  if (steps.length === 1) return steps[0];
  if (error.statementIndex === undefined) return BY_CONTENT.includes(error.kind) ? firstToFail(ctx, steps) : steps[0];
  let rest = error.statementIndex - (ctx.lock ? 1 : 0);
  return steps.find((step) => {
    rest -= step.trees.length;
    return rest < 0;
  });
}

/** Failures that the same statements would have again. */
const BY_CONTENT: readonly DataErrorKind[] = ["unique", "foreign_key", "not_null", "check", "too_large"];

/** Tries ever shorter beginnings of the batch. */
async function firstToFail(ctx: RequestContext, steps: readonly WriteStep[]): Promise<WriteStep | undefined> {
  let holds = 0;
  let fails = steps.length;
  while (fails - holds > 1) {
    const middle = (holds + fails) >> 1;
    const trees = steps.slice(0, middle).flatMap((step) => step.trees);
    if (await dryRun(ctx, trees)) fails = middle;
    else holds = middle;
  }
  return steps[fails - 1];
}
