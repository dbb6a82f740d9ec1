// The end of a run: failures, skipped tests and why, what each suite took, and the summary line.
import { otherLoads } from "./loads.ts";
import type { JobResult } from "./run-job.ts";
import { countsOf, inSeconds } from "./run-job.ts";

/** `used`: how busy the cores of the machine were, from 0 to 1; also with processes whose end no suite has seen. */
export function report(results: readonly JobResult[], totalMs: number, used: number): { text: string; failed: number } {
  const failures = results.flatMap((job) => job.failures.map((name) => `  ${job.suite}: ${name}`));
  const alone = results.flatMap((job) => (job.onlyAlone ?? []).map((name) => `  ${job.suite}: ${name}`));
  const skips = results.flatMap((job) => job.skips.map((skip) => `  ${job.suite}: ${skip.name} — ${skip.reason}`));
  const suites = [...Map.groupBy(results, ({ suite }) => suite)].map(([suite, jobs]) => ({
    ...jobs[0]!,
    suite,
    ms: jobs.reduce((sum, job) => sum + job.ms, 0),
    cpuMs: jobs.reduce((sum, job) => sum + job.cpuMs, 0),
    passed: jobs.reduce((sum, job) => sum + job.passed, 0),
    failures: jobs.flatMap((job) => job.failures),
    skips: jobs.flatMap((job) => job.skips),
  }));
  const cpuMs = suites.reduce((sum, suite) => sum + suite.cpuMs, 0);
  const width = Math.max(0, ...suites.map(({ suite }) => suite.length));
  const line = (name: string, ms: number, cpu: number) =>
    `  ${name.padEnd(width)}  ${inSeconds(ms).padStart(6)} s  ${inSeconds(cpu).padStart(6)} s of CPU time`;
  const passed = results.reduce((sum, job) => sum + job.passed, 0);
  const text = [
    ...section("Skipped", skips),
    ...section("Failed beside others, and passed alone (they count as passed; look at them)", alone),
    ...section("Failed", failures),
    ...section("Suites (several run at a time)", [
      ...suites.map((suite) => `${line(suite.suite, suite.ms, suite.cpuMs)}  ${countsOf(suite)}`),
      `${line("all", totalMs, cpuMs)}; the machine's cores were busy for ${Math.round(used * 100)} % of it`,
    ]),
    ...section("Lines for scripts/test/loads.ts, if the next run has them too", otherLoads(results)),
    "",
    `${passed} passed, ${failures.length} failed, ${skips.length} skipped`,
  ].join("\n");
  return { text, failed: failures.length };
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}
