import type { DataError, DataErrorKind } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import type { Part } from "./plan.ts";
import { trial } from "./trial.ts";

/** The part that failed: by the engine's word, or where it does not say (D1, Neon) by trying. */
export async function locatePart(scope: Scope, parts: readonly Part[], error: DataError): Promise<Part | undefined> {
  if (parts.length === 1) return parts[0];
  if (error.statementIndex === undefined) return BY_CONTENT.includes(error.kind) ? firstToFail(scope, parts) : parts[0];
  let rest = error.statementIndex - (scope.claim ? 1 : 0);
  return parts.find((part) => {
    rest -= part.trees.length;
    return rest < 0;
  });
}

/** Failures that the same statements would have again. */
const BY_CONTENT: readonly DataErrorKind[] = ["unique", "foreign_key", "not_null", "check", "too_large"];

/** Tries ever shorter beginnings of the batch. */
async function firstToFail(scope: Scope, parts: readonly Part[]): Promise<Part | undefined> {
  let holds = 0;
  let fails = parts.length;
  while (fails - holds > 1) {
    const middle = (holds + fails) >> 1;
    const trees = parts.slice(0, middle).flatMap((part) => part.trees);
    if (await trial(scope, trees)) fails = middle;
    else holds = middle;
  }
  return parts[fails - 1];
}
