import { processRuntime } from "@plinth/adapters-processes";
import { bunCommand } from "@plinth/adapters-processes/bun";

/** Suites that run in one process share it; its processes end with that. */
const trusted = processRuntime({ command: bunCommand });

/** For suites that functions of both runtimes must pass. */
export const RUNTIMES = [
  { runtime: "sandbox", trusted: undefined },
  { runtime: "trusted", trusted },
] as const;
