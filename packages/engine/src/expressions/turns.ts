import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";

/**
 * Evaluates expressions in a turn of the event loop of their own, and leaves as much time to others as it took: flows have half of a
 * process at most. Only numbers are shared, as a host may end the timers of a request that others would wait for.
 */
export const expressionTurns = service("turns of expressions", (_: Engine) => {
  let freeAt = 0;
  return async <T>(work: () => T): Promise<T> => {
    do await new Promise((resolve) => setTimeout(resolve, Math.max(0, freeAt - performance.now())));
    while (performance.now() < freeAt);
    const began = performance.now();
    try {
      return work();
    } finally {
      const now = performance.now();
      freeAt = now + (now - began);
    }
  };
});
