import type { Case } from "./case.ts";
import { compareRuns, type Disagreement } from "./compare.ts";
import type { Engine } from "./engines/index.ts";
import { evaluatorWatch } from "./evaluator.ts";
import { type Run, runCase } from "./run-case.ts";

export interface Checked {
  readonly disagreement?: Disagreement | undefined;
  /** Operations that gave an answer, for judging whether the generator's cases mean something. */
  readonly answered: number;
}

/** One case on all engines; the first is the one that the others, and the evaluator, are compared with. */
export async function checkCase(one: Case, engines: readonly Engine[]): Promise<Checked> {
  let evaluator: Disagreement | undefined;
  const watch = evaluatorWatch((found) => {
    evaluator ??= found;
  });
  const runs = await Promise.all(engines.map((engine, i) => runCase(engine, one, i === 0 ? watch : undefined)));
  const [first, ...others] = runs.map((run, i) => ({ name: engines[i]!.name as string, run }));
  const pairs = others.length > 0 ? others : [first!];
  const disagreements = pairs.map((other) => compareRuns(one, first!, other));
  return { disagreement: disagreements.find((found) => found) ?? evaluator, answered: countAnswers(first!.run) };
}

function countAnswers(run: Run): number {
  return run.results.filter((result) => "answer" in result).length;
}
