// Runs one job as a separate process group, so that nothing it started outlives it.
import type { Lane } from "./output.ts";
import type { Job } from "./suites.ts";
import type { Tally } from "./tally.ts";

export interface JobResult extends Tally {
  suite: string;
  /** The name of its load. */
  load?: string;
  ms: number;
  /** Of the process and all that it started and saw the end of. */
  cpuMs: number;
}

/** A job that hangs must not hang the run. */
const JOB_TIMEOUT_MS = 25 * 60_000;

const groups = new Set<number>();

export async function runJob(job: Job, cwd: string, lane: Lane, timeoutMs = JOB_TIMEOUT_MS): Promise<JobResult> {
  const begun = performance.now();
  const name = job.part ? `${job.suite}: ${job.part}` : job.suite;
  lane.write(`\n── ${name} ${"─".repeat(Math.max(0, 76 - name.length))}\n`);
  const ending = await runGroup(job.command, cwd, lane, timeoutMs);
  const tally = await readTally(job, ending);
  const ms = performance.now() - begun;
  lane.write(`── ${name}: ${countsOf(tally)} in ${inSeconds(ms)} s, ${inSeconds(ending.cpuMs)} s of CPU time\n`);
  lane.end();
  return { suite: job.suite, ...(job.load && { load: job.load }), ms, cpuMs: ending.cpuMs, ...tally };
}

/** A job that reports no failure but ended with an error, or that ran nothing, has failed. */
async function readTally(job: Job, ending: Ending): Promise<Tally> {
  let tally: Tally;
  try {
    tally = await job.read();
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

export const inSeconds = (ms: number): string => (ms / 1000).toFixed(1);

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | number | null;
  timedOut: boolean;
  cpuMs: number;
}

function describe({ code, signal, timedOut }: Ending): string {
  if (timedOut) return "a timeout";
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

async function runGroup(command: string[], cwd: string, lane: Lane, timeoutMs: number): Promise<Ending> {
  const child = Bun.spawn(command, {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
  });
  groups.add(child.pid);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child.pid);
  }, timeoutMs);
  const output = Promise.all([child.stdout, child.stderr].map((stream) => copy(stream, lane)));
  await child.exited;
  // Processes that the job left running would keep its output and its ports open.
  killGroup(child.pid);
  await output;
  clearTimeout(timer);
  groups.delete(child.pid);
  const { exitCode: code, signalCode: signal } = child;
  return { code, signal, timedOut, cpuMs: Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000 };
}

async function copy(stream: ReadableStream<Uint8Array>, lane: Lane): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) lane.write(decoder.decode(bytes, { stream: true }));
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
