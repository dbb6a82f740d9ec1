import type { Clock } from "@plinth/core";

export interface RateLimiter {
  /** Counts one attempt; returns the seconds to wait if there were too many, else null. */
  take(key: string): number | null;
}

interface RateWindow {
  count: number;
  endsAt: number;
}

/**
 * Attempts per key in fixed windows, in the memory of one process. The number of keys is bounded: the oldest window is
 * dropped first.
 */
export function rateLimiter(options: { clock: Clock; max: number; windowMs: number; maxKeys?: number }): RateLimiter {
  const { clock, max, windowMs, maxKeys = 10_000 } = options;
  const windows = new Map<string, RateWindow>();
  return {
    take(key) {
      const now = clock.now();
      let window = windows.get(key);
      // If the clock was set back, a window must not last longer.
      if (!window || now >= window.endsAt || window.endsAt - now > windowMs) {
        // Deleted first, so that the map stays ordered by age.
        windows.delete(key);
        if (windows.size >= maxKeys) windows.delete(windows.keys().next().value!);
        window = { count: 0, endsAt: now + windowMs };
        windows.set(key, window);
      }
      if (window.count >= max) return Math.max(1, Math.ceil((window.endsAt - now) / 1000));
      window.count++;
      return null;
    },
  };
}
