import { type DataError, type DataErrorKind, type Mutation, NEVER } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { bind } from "../items/read.ts";
import type { Part } from "./plan.ts";

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

const TRIAL_LABEL = "trial";

/** Runs ever shorter beginnings of the batch, each of which ends in a refusal and so leaves nothing behind. */
async function firstToFail(scope: Scope, parts: readonly Part[]): Promise<Part | undefined> {
  let holds = 0;
  let fails = parts.length;
  while (fails - holds > 1) {
    const middle = (holds + fails) >> 1;
    if (await wouldHold(scope, parts.slice(0, middle))) holds = middle;
    else fails = middle;
  }
  return parts[fails - 1];
}

async function wouldHold(scope: Scope, parts: readonly Part[]): Promise<boolean> {
  const trees = parts.flatMap((part) => part.trees);
  const writing = trees.find((tree) => "collection" in tree);
  if (!writing) return true;
  const { collection } = writing;
  const refusal: Mutation = { kind: "guard", label: TRIAL_LABEL, collection, where: NEVER };
  try {
    await scope.store.mutate([...trees, refusal], bind(scope, []));
  } catch (error) {
    return (error as DataError).guard === TRIAL_LABEL;
  }
  throw new Error("a trial was committed");
}
