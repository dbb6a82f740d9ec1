import type { Packed, PackedAnswer, PackedOutcome, PackedProgram } from "@plinth/core/sandbox";
import type { PreparedQuickjs } from "../prepared.ts";

/** What a thread is asked for. `run` is the number of a run, and `call` that of a call of it. */
export type ToThread =
  | { readonly type: "run"; readonly run: number; readonly program: PackedProgram }
  | { readonly type: "answer"; readonly run: number; readonly call: number; readonly answer: PackedAnswer }
  | { readonly type: "abort"; readonly run: number };

export interface ThreadCall {
  readonly run: number;
  readonly call: number;
  readonly name: string;
  readonly packed: Packed;
}

/**
 * What it says. It has loaded its program when it is ready. What it has prepared, where it did so itself, is for the threads after it. Calls that a program makes at once come in one message: who answers
 * them has seen all of them before the first has an answer.
 */
export type FromThread =
  | { readonly type: "ready" }
  | { readonly type: "prepared"; readonly prepared: PreparedQuickjs }
  | { readonly type: "calls"; readonly calls: readonly ThreadCall[] }
  | { readonly type: "ended"; readonly run: number; readonly outcome: PackedOutcome }
  | { readonly type: "broken"; readonly run: number; readonly message: string };
