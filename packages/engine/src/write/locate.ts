import type { DataError, DataErrorKind } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { dryRun } from "./dry-run.ts";
import type { WriteStep } from "./write-batch.ts";

/** The step that failed: as the database reports it, or found by trial where it does not (D1, Neon). */
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

/** Errors that the same statements would cause again. */
const BY_CONTENT: readonly DataErrorKind[] = ["unique", "foreign_key", "not_null", "check", "too_large"];

/** Tries ever shorter prefixes of the batch. */
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
