// Runs what failed beside other suites once more, alone: a test that passes then has met a busy machine, or a race that
// needs one. It is named at the end of the run, so that somebody looks at it, and does not fail the run.
import type { JobResult } from "./run-job.ts";
import type { Job } from "./suites.ts";

/** More than this is no accident, and would take long. */
const MOST_FAILURES = 5;

export async function runFailedAlone(
  jobs: readonly Job[],
  results: readonly JobResult[],
  run: (job: Job) => Promise<JobResult>,
): Promise<JobResult[]> {
  const count = results.reduce((sum, { failures }) => sum + failures.length, 0);
  if (count > MOST_FAILURES) return [...results];
  const settled: JobResult[] = [];
  for (const [i, result] of results.entries()) settled.push(await settle(jobs[i]!, result, run));
  return settled;
}

async function settle(job: Job, result: JobResult, run: (job: Job) => Promise<JobResult>): Promise<JobResult> {
  const settled = { ...result, failures: [] as string[], onlyAlone: [] as string[] };
  for (const [part, failures] of Map.groupBy(result.failures, (failure) => failure.split(": ")[0]!)) {
    const alone = job.alone?.(part, failures);
    const again = alone && (await run(alone));
    if (again?.failures.length === 0) {
      settled.onlyAlone.push(...failures);
      settled.passed += failures.length;
    } else settled.failures.push(...failures);
    settled.ms += again?.ms ?? 0;
    settled.cpuMs += again?.cpuMs ?? 0;
  }
  return settled;
}
