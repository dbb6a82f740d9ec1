/** Small requests sent again and again beside other work: how long they take, beside what is asked for. */

/** Fails unless its answer is right. */
export type Probe = () => Promise<void>;

/** The most milliseconds that a probe may take, by its name: 99 of 100 times, and ever. */
export type Targets = Readonly<Record<string, { p99?: number; most?: number }>>;

const EVERY_MS = 20;

/** Each probe in its own connection, until the work is done. */
export async function probeBeside(
  name: string,
  probes: Readonly<Record<string, Probe>>,
  work: () => Promise<unknown>,
  targets: Targets,
): Promise<void> {
  let done = false;
  const probing = Object.entries(probes).map(async ([probe, run]) => {
    const times: number[] = [];
    const errors: string[] = [];
    while (!done) {
      const began = performance.now();
      await run().catch((error: Error) => errors.push(error.message));
      times.push(performance.now() - began);
      await Bun.sleep(EVERY_MS);
    }
    report(`${name}: ${probe}`, times, errors, targets[probe]);
  });
  await work().finally(() => {
    done = true;
  });
  await Promise.all(probing);
}

function report(name: string, times: number[], errors: string[], target: Targets[string] = {}): void {
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  const figures = `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, most ${at(1).toFixed(1)} ms`;
  let line = `${name}: ${figures} of ${times.length}, ${errors.length} failed`;
  if (target.p99 !== undefined) line = mark(line, at(0.99), target.p99, "ms for p99");
  if (target.most !== undefined) line = mark(line, at(1), target.most, "ms for the slowest");
  console.log(line);
  if (errors.length > 0) console.log(`${name}: the first error: ${errors[0]}`);
}

/** The line with its target and whether it is kept. */
export function mark(line: string, figure: number, target: number, unit: string): string {
  return `${line} | at most ${target} ${unit}: ${figure <= target ? "ok" : "missed"}`;
}
