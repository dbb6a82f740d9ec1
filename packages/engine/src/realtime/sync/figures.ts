import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";

/** What this process has told those who sync. */
export interface SyncFigures {
  /** Answers that told anything. */
  answers: number;
  changes: number;
  /** Rows of snapshots. */
  rows: number;
  /** Snapshots that began, by their reason. */
  readonly snapshots: { new: number; gone: number; many: number };
}

export const syncFigures = service(
  "figures of sync",
  (_: Engine): SyncFigures => ({ answers: 0, changes: 0, rows: 0, snapshots: { new: 0, gone: 0, many: 0 } }),
);
