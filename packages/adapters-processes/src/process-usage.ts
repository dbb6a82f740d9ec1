import { readFileSync } from "node:fs";

/** What a process has taken until now, as the kernel counts it: with all its threads, and with memory outside of the heap. */
export interface ProcessUsage {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** https://man7.org/linux/man-pages/man3/getauxval.3.html */
const PAGE_SIZE = 6n;
const CLOCK_TICKS = 17n;

let units: { readonly pageBytes: number; readonly tickMs: number } | undefined;

/** Undefined: there is no such process any more. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function processUsage(pid: number): ProcessUsage | undefined {
  units ??= kernelUnits();
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Its name may have spaces and brackets. The first field after it is the third one.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // Ended, and kept only until its parent has seen it.
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuMs: ticks * units.tickMs, memoryBytes: Number(fields[21]) * units.pageBytes };
  } catch {
    return undefined;
  }
}

/** How long a process may compute in all, until the kernel ends it. */
export function cpuLimitMs(pid: number): number {
  try {
    const seconds = /^Max cpu time\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "latin1"))?.[1];
    return seconds === undefined ? Number.POSITIVE_INFINITY : 1000 * Number(seconds);
  } catch {
    return 0;
  }
}

function kernelUnits() {
  const bytes = readFileSync("/proc/self/auxv");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Map<bigint, bigint>();
  for (let at = 0; at + 16 <= view.byteLength; at += 16)
    values.set(view.getBigUint64(at, true), view.getBigUint64(at + 8, true));
  return {
    pageBytes: Number(values.get(PAGE_SIZE) ?? 4096n),
    tickMs: 1000 / Number(values.get(CLOCK_TICKS) ?? 100n),
  };
}
