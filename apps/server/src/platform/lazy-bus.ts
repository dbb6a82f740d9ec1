import type { Bus } from "@plinth/core";

/** Loads its client on first use, so that a start does not pay for it. */
export function lazyBus(name: string, open: () => Promise<Bus>): Bus {
  let opened: Promise<Bus> | undefined;
  const bus = (): Promise<Bus> => {
    opened ??= open();
    return opened;
  };
  return {
    name,
    crossProcess: true,
    publish: async (topic, message) => (await bus()).publish(topic, message),
    subscribe: async (topic, listener) => (await bus()).subscribe(topic, listener),
    close: async () => (await opened)?.close?.(),
  };
}
