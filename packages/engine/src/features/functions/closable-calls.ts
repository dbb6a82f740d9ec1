import type { SandboxCall } from "@plinth/core";

/** Calls of a run, and what is to be done at its end. */
export interface ClosableCalls {
  readonly calls: Readonly<Record<string, SandboxCall>>;
  close(): Promise<void>;
}
