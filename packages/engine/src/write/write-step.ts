import type { DataError, Mutation, Row } from "@plinth/core";
import type { FailedBatch } from "./errors.ts";
import type { NewItems } from "./made-items.ts";
import type { ReferenceCheck } from "./reference-access.ts";

/**
 * One step of a write: trees that already include their rules, and the meaning of their failure. Everything that a
 * write depends on is a condition or a guard in its trees, so nothing is decided before the batch runs.
 */
export interface WriteStep {
  readonly trees: readonly Mutation[];
  /** The error for the caller. `reason` is the label of the guard that failed, if it was a guard. */
  explain(error: DataError, reason: string | undefined, failedBatch: FailedBatch): unknown;
  /** The path of the item in the caller's body. Absent: the body itself. */
  readonly path?: string;
  /** The same for the items of a step that makes several. */
  pathOf?(row: Row): string | undefined;
  /** Throws where its new items, as code of the workspace's has left them, are not what a rule lets the caller make. */
  recheck?(): void;
  /** The index within the caller's batch. */
  readonly operation?: number;
  /** The items that this step creates. */
  readonly makes?: NewItems;
  /** What must hold for items that the step makes others refer to, before it runs. */
  readonly references?: readonly ReferenceCheck[];
}
