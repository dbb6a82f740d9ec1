/**
 * A suite is a list of cases, so that any runner can host it: `registerCases` for one with bun:test's interface,
 * `runSuite` for a plain program on Node, Deno or a Worker.
 */
export interface Case {
  name: string;
  run(): Promise<void>;
  /** Why this case does not apply here. It is reported, never skipped silently. */
  skipped?: string;
}

/** bun:test's `test`, and every function with its signature. */
export type Test = (name: string, run: () => Promise<void>, timeout?: number) => unknown;

export interface CaseResult {
  name: string;
  ok: boolean;
  error?: string;
  skipped?: string;
}

const TIMEOUT = 60_000;

export function registerCases(test: Test, cases: readonly Case[]): void {
  for (const one of cases) {
    if (one.skipped === undefined) test(one.name, () => one.run(), TIMEOUT);
    else test(`${one.name} [skipped: ${one.skipped}]`, async () => {}, TIMEOUT);
  }
}

export async function runSuite(cases: readonly Case[]): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { name, run, skipped } of cases) {
    if (skipped !== undefined) {
      results.push({ name, ok: true, skipped });
      continue;
    }
    try {
      await run();
      results.push({ name, ok: true });
    } catch (error) {
      results.push({ name, ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  return results;
}

/** Marks the cases that a caller named, and refuses unknown names: a skip must not outlive its case. */
export function withSkips(cases: Case[], skips: Readonly<Record<string, string>> = {}): Case[] {
  for (const name of Object.keys(skips)) {
    if (!cases.some((one) => one.name === name)) throw new Error(`there is no case "${name}" to skip`);
  }
  return cases.map((one) => {
    const reason = one.skipped ?? skips[one.name];
    return reason === undefined ? one : { ...one, skipped: reason };
  });
}
