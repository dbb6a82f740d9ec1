import type { LiveCounters } from "../plinth.ts";
import type { SelectionInput } from "./follower.ts";

/**
 * What is wrong. `copy`: a client holds something else than a read gives. `leak`: an event shows what the caller may
 * not read. `noise`: an event was sent though nothing had changed. `reads`: a query was read again though the changes
 * could not affect it. `ended`: a stream was ended, or went on, against the caller's rights. `fault`: the engine logged an
 * error. `crash`: an operation failed as none should. `stuck`: no event was sent for a change.
 */
export interface Finding {
  readonly kind: "copy" | "leak" | "noise" | "reads" | "ended" | "fault" | "crash" | "stuck";
  readonly operation: number;
  readonly caller?: string;
  readonly wanted?: SelectionInput;
  readonly held?: unknown;
  readonly fresh?: unknown;
}

export interface LiveRun {
  readonly finding?: Finding | undefined;
  readonly steps: number;
  readonly comparisons: number;
  readonly counters: LiveCounters;
  /** Whole results that went out while nobody had connected anew and no right had changed. */
  readonly again: number;
  /** Item events that contained nothing new, where a rule or filter reaches other collections. */
  readonly spare: number;
}
