// The end of a run: failures, skipped tests and why, each suite's time, and the summary line.
import type { SuiteResult } from "./run-suite.ts";
import { countsOf } from "./run-suite.ts";

export function report(results: readonly SuiteResult[], totalMs: number): { text: string; failed: number } {
  const failures = results.flatMap((suite) => suite.failures.map((name) => `  ${suite.name}: ${name}`));
  const skips = results.flatMap((suite) => suite.skips.map((skip) => `  ${suite.name}: ${skip.name} — ${skip.reason}`));
  const width = Math.max(0, ...results.map((suite) => suite.name.length));
  const times = results.map((suite) => `  ${suite.name.padEnd(width)}  ${seconds(suite.ms)}  ${countsOf(suite)}`);
  const passed = results.reduce((sum, suite) => sum + suite.passed, 0);
  const text = [
    ...section("Skipped", skips),
    ...section("Failed", failures),
    ...section("Suites", [...times, `  ${"all".padEnd(width)}  ${seconds(totalMs)}`]),
    "",
    `${passed} passed, ${failures.length} failed, ${skips.length} skipped`,
  ].join("\n");
  return { text, failed: failures.length };
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`;
}
