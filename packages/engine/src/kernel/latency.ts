/*
 * Latencies are counted in steps, so that a percentile of any number of requests takes the same memory. Each step ends at √2
 * times the end of the one before, which is the most by which a percentile differs from the true one.
 */

const FIRST_MS = 0.25;
const STEPS_PER_DOUBLING = 2;
/** The last but one ends at 16 seconds, and the last has no end. */
export const LATENCY_STEPS = 34;

export function latencyStep(ms: number): number {
  if (!(ms > FIRST_MS)) return 0;
  return Math.min(LATENCY_STEPS - 1, Math.ceil(Math.log2(ms / FIRST_MS) * STEPS_PER_DOUBLING));
}

/** In milliseconds; null where nothing was counted. `counts`: by step. `share`: 0.5 is the median. */
export function latencyAt(counts: ArrayLike<number>, share: number): number | null {
  let all = 0;
  for (let step = 0; step < LATENCY_STEPS; step++) all += counts[step]!;
  if (all === 0) return null;
  let rest = all * share;
  let step = 0;
  while (step < LATENCY_STEPS - 1 && (counts[step] === 0 || rest > counts[step]!)) rest -= counts[step++]!;
  const low = step === 0 ? 0 : endOf(step - 1);
  const high = step === LATENCY_STEPS - 1 ? low : endOf(step);
  const within = Math.min(1, Math.max(0, rest / counts[step]!));
  return Math.round((low + (high - low) * within) * 100) / 100;
}

function endOf(step: number): number {
  return FIRST_MS * 2 ** (step / STEPS_PER_DOUBLING);
}
