import type { Json } from "@plinth/core";

/** What is kept of an attempt at a node, as the result of a step of the run's job. */
export interface StepRecord {
  readonly node: string;
  readonly type: string;
  /** From 1 on. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly started_at: string;
  readonly ended_at: string;
  readonly input: Json;
  readonly output?: Json;
  readonly error?: StepError;
}

export interface StepError {
  readonly message: string;
  readonly code: string;
  /** False: another attempt would fail as well. */
  readonly retry: boolean;
}

/** A node of a flow that has failed for good, unless the flow goes on. */
export class NodeFailed extends Error {
  override readonly name = "NodeFailed";
  constructor(
    /** The place of the node in the run. */
    readonly path: string,
    readonly error: StepError,
  ) {
    super(error.message);
  }
}

/** The step of an attempt, and of what belongs to it. */
export const attemptName = (path: string, attempt: number): string => (attempt === 1 ? path : `${path}#${attempt}`);
