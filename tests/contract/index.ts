import { scenariosIn } from "../support/scenario-files.ts";
import { type RunOptions, type RunReport, run } from "./run.ts";
import type { Scenario } from "./scenario.ts";

export type { RunOptions, RunReport } from "./run.ts";
export type { Scenario } from "./scenario.ts";

/**
 * What every Plinth answers, whatever it runs on: request by request, as which caller, with what must be in the answer
 * and what must not. A file below `scenarios/<protocol>/` belongs to it by being there, and may be run alone.
 */
export const contract: readonly Scenario[] = await scenariosIn<Scenario>(`${import.meta.dirname}/scenarios`);

/**
 * Asks a fresh, empty instance the whole contract through `fetch`, the target's only face.
 *
 * @example
 * const report = await runContract({ target: "bun × sqlite", baseUrl, fetch, setupToken });
 */
export function runContract(options: RunOptions): Promise<RunReport> {
  return run(contract, options);
}
