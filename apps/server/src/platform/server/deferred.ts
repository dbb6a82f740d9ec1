import type { Defer, Log } from "@plinth/core";

/** Work that continues after its response; a stopping server waits for it. */
export interface Deferred {
  defer: Defer;
  settled(): Promise<void>;
}

export function trackDeferred(log: Log): Deferred {
  const pending = new Set<Promise<unknown>>();
  return {
    defer(work) {
      const tracked: Promise<unknown> = work
        .catch((error: unknown) => log.error("work after the response failed", { error }))
        .finally(() => pending.delete(tracked));
      pending.add(tracked);
    },
    async settled() {
      // Deferred work may defer more.
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
