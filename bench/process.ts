/** Starts programs on one core and reads what the system knows of them. */
import { readFileSync, writeFileSync } from "node:fs";

export interface Running {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export interface Launch {
  command: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  port: number;
  /** Undefined: all of them. */
  core: number | undefined;
  /** The path that answers 200 as soon as the program serves. */
  probe: string;
  headers?: Record<string, string>;
}

/** Waits until the program answers `probe`. */
export async function launch({ command, env, cwd, port, core, probe, headers = {} }: Launch): Promise<Running> {
  // taskset becomes the program, so the process id is the program's.
  const pinned = core === undefined ? [] : ["taskset", "-c", String(core)];
  const child = Bun.spawn([...pinned, ...command], {
    env: { ...process.env, ...env },
    cwd,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  const url = `http://127.0.0.1:${port}`;
  const end = performance.now() + 20_000;
  for (;;) {
    const answer = await fetch(url + probe, { headers }).catch(() => undefined);
    await answer?.text();
    if (answer?.ok) return { url, pid: child.pid, stop };
    if (performance.now() > end || child.exitCode !== null) {
      await stop();
      throw new Error(`${command.join(" ")} did not start${answer ? `: ${probe} answers ${answer.status}` : ""}`);
    }
    await Bun.sleep(2);
  }
}

/** Resident memory in MB: now, and the most since the start or the last `forgetPeak`. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024);
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}

export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

export function cpuSecondsOf(pid: number): { user: number; system: number } {
  const parts = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return { user: Number(parts[11]) / 100, system: Number(parts[12]) / 100 };
}
