import { afterEach, beforeEach, spyOn } from "bun:test";

/** The pauses before each new attempt, without jitter. Tests only wait for one turn of the event loop. */
export const pauses: number[] = [];
let now = 0;

/** Heartbeats, timeouts and idle sockets: these are not pauses between two attempts. */
const OTHERS = [1000, 9999, 10_000, 50_000, 60_000];

/**
 * For each test of a file: pauses are recorded instead of waited for, and the clock only moves when the test moves it.
 */
export function withoutWaiting(): void {
  const real = globalThis.setTimeout;
  const restore: (() => void)[] = [];
  beforeEach(() => {
    pauses.length = 0;
    now = 1_800_000_000_000;
    const later = (call: () => void, ms = 0): unknown => {
      if (ms === 0 || OTHERS.includes(ms)) return real(call, ms);
      pauses.push(ms);
      return real(call, 0);
    };
    const mocks = [
      spyOn(globalThis, "setTimeout").mockImplementation(later as typeof setTimeout),
      spyOn(Math, "random").mockReturnValue(0.5),
      spyOn(Date, "now").mockImplementation(() => now),
    ];
    restore.push(...mocks.map((mock) => () => mock.mockRestore()));
  });
  afterEach(() => {
    for (const back of restore.splice(0)) back();
  });
}

/** Time goes by. */
export function pass(ms: number): void {
  now += ms;
}

/** The pauses between `count` failing attempts. */
export function growing(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.min(30_000, 500 * 2 ** i) * 0.75);
}
