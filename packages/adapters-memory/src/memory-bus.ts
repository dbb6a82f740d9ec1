import type { Bus } from "@plinth/core";

/** Wake-ups within one process. Delivery is asynchronous, so a publisher never runs its listeners' code. */
export function memoryBus(): Bus {
  const topics = new Map<string, Set<(message: string) => void>>();
  return {
    name: "memory",
    crossProcess: false,
    async publish(topic, message) {
      const listeners = topics.get(topic);
      if (!listeners) return;
      queueMicrotask(() => {
        // A listener that ended in the meantime is no longer in the set.
        for (const listener of listeners) listener(message);
      });
    },
    async subscribe(topic, listener) {
      // A wrapper, so that the same function may listen twice and end once.
      const own = (message: string) => listener(message);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(own));
      return async () => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    async close() {
      for (const listeners of topics.values()) listeners.clear();
      topics.clear();
    },
  };
}
