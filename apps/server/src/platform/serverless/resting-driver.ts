import type { SqlDriver } from "@plinth/core";

/** A driver that can give its connections back and work on. */
export interface RestingDriver extends SqlDriver {
  /** Closes what is open. The next statement opens anew. */
  rest(): Promise<void>;
}

/** For hosts that keep a process only while there is something to do: `open` gives a driver for a while of work. */
export async function restingDriver(open: () => Promise<SqlDriver>): Promise<RestingDriver> {
  const first = await open();
  let current: Promise<SqlDriver> | undefined = Promise.resolve(first);

  async function driver(): Promise<SqlDriver> {
    const opened = current ?? open();
    current = opened;
    opened.catch(() => {
      if (current === opened) current = undefined;
    });
    return opened;
  }

  async function rest(): Promise<void> {
    const resting = current;
    current = undefined;
    await (await resting)?.close?.();
  }

  return {
    name: first.name,
    dialect: first.dialect,
    capabilities: first.capabilities,
    lifetime: "process",
    all: async (query) => (await driver()).all(query),
    run: async (query) => (await driver()).run(query),
    batch: async (queries) => (await driver()).batch(queries),
    close: rest,
    rest,
  };
}
