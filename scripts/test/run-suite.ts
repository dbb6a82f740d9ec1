// Runs one suite as a separate process group, so that nothing it started outlives it.
import { spawn } from "node:child_process";
import type { Lane } from "./output.ts";
import type { Suite } from "./suites.ts";
import type { Tally } from "./tally.ts";

export interface SuiteResult extends Tally {
  name: string;
  ms: number;
}

/** A suite that hangs must not hang the run. */
const SUITE_TIMEOUT_MS = 15 * 60_000;

const groups = new Set<number>();

export async function runSuite(
  suite: Suite,
  cwd: string,
  lane: Lane,
  timeoutMs = SUITE_TIMEOUT_MS,
): Promise<SuiteResult> {
  const begun = performance.now();
  lane.write(`\n── ${suite.name} ${"─".repeat(Math.max(0, 76 - suite.name.length))}\n`);
  const ending = await runGroup(suite.command, cwd, lane, timeoutMs);
  const tally = await readTally(suite, ending);
  const ms = performance.now() - begun;
  lane.write(`── ${suite.name}: ${countsOf(tally)} in ${(ms / 1000).toFixed(1)} s\n`);
  lane.end();
  return { name: suite.name, ms, ...tally };
}

/** A suite that reports no failure but ended with an error, or that ran nothing, has failed. */
async function readTally(suite: Suite, ending: Ending): Promise<Tally> {
  let tally: Tally;
  try {
    tally = await suite.read();
  } catch {
    return { passed: 0, failures: [`ended without a result (${describe(ending)})`], skips: [] };
  }
  if (tally.passed + tally.failures.length + tally.skips.length === 0) tally.failures.push("ran no tests");
  if (ending.code !== 0 && tally.failures.length === 0)
    tally.failures.push(`no test failed, but it ended with ${describe(ending)}`);
  return tally;
}

export function countsOf({ passed, failures, skips }: Tally): string {
  return `${passed} passed, ${failures.length} failed, ${skips.length} skipped`;
}

interface Ending {
  code: number | null;
  signal: string | null;
  timedOut: boolean;
}

function describe({ code, signal, timedOut }: Ending): string {
  if (timedOut) return "a timeout";
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

function runGroup([program, ...args]: string[], cwd: string, lane: Lane, timeoutMs: number): Promise<Ending> {
  return new Promise((resolve) => {
    const child = spawn(program!, args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
    });
    const ending: Ending = { code: null, signal: null, timedOut: false };
    const pid = child.pid;
    if (pid) groups.add(pid);
    const timer = setTimeout(() => {
      ending.timedOut = true;
      if (pid) killGroup(pid);
    }, timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => lane.write(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => lane.write(text));
    child.on("error", (error) => lane.write(`${error.message}\n`));
    child.on("exit", (code, signal) => {
      ending.code = code;
      ending.signal = signal;
      // Processes that the suite left running would keep its output and its ports open.
      if (pid) killGroup(pid);
    });
    child.on("close", () => {
      clearTimeout(timer);
      if (pid) groups.delete(pid);
      resolve(ending);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group has ended already.
  }
}

export function killAll(): void {
  for (const pid of groups) killGroup(pid);
}
