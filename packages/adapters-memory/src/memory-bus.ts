import { type Bus, BusTopics } from "@plinth/core";

/** Wake-ups within one process. Delivery is asynchronous, so a publisher never runs its listeners' code. */
export function memoryBus(): Bus {
  const topics = new BusTopics();
  return {
    name: "memory",
    crossProcess: false,
    async publish(topic, message) {
      // Listeners that have ended meanwhile receive nothing.
      queueMicrotask(() => topics.dispatch(topic, message));
    },
    subscribe: async (topic, listener) => topics.add(topic, listener),
    close: async () => topics.clear(),
  };
}
