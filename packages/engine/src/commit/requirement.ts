import { DataError, type PlinthError, type SqlQuery } from "@plinth/core";

/**
 * What must be so once a write is done. Whoever writes has looked before, for an answer without a batch; two at once both find that
 * it holds.
 */
export interface Requirement {
  /** The statements that fail under the label where it does not hold. */
  readonly guard: (label: string) => readonly SqlQuery[];
  readonly refusal: () => PlinthError;
}

const labelOf = (index: number): string => `requirement ${index}`;

/** The last statements of a batch. */
export function mustHold(requirements: readonly Requirement[] = []): SqlQuery[] {
  return requirements.flatMap(({ guard }, i) => guard(labelOf(i)));
}

/** For `catch`: tells what does not hold. */
export function refuseUnmet(requirements: readonly Requirement[] = []): (error: unknown) => never {
  return (error) => {
    const unmet = error instanceof DataError && requirements.find((_, i) => error.guard === labelOf(i));
    throw unmet ? unmet.refusal() : error;
  };
}
