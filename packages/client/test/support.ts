import { afterEach, beforeEach, spyOn } from "bun:test";

/** What a client waits before it tries again, in the half of each step; waited for no longer than a turn. */
export const pauses: number[] = [];
let now = 0;

/** Signs of life and of silence, and what is kept open for a while: they are no waits between two attempts. */
const OTHERS = [1000, 9999, 10_000, 50_000];

/** In each test of a file: waits are noted instead of waited for, and the clock stands unless it is moved. */
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

/** What is waited where each attempt fails, `count` times. */
export function growing(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.min(30_000, 500 * 2 ** i) * 0.75);
}
