import type { Awaitable, SqlDriver } from "@plinth/core";

/** A driver that can close its connections and reopen them. */
export interface HibernatingDriver extends SqlDriver {
  /** From now on, connections close whenever they are idle. A late statement opens a new one. */
  hibernate(): Promise<void>;
  /** Connections stay open. */
  work(): void;
}

/** For hosts that keep a process only while it works: `open` returns a driver for one period of work. */
export async function hibernatingDriver(open: () => Promise<SqlDriver>): Promise<HibernatingDriver> {
  let current: Promise<SqlDriver> | undefined;
  const { name, dialect, capabilities } = await connect();
  let hibernating = false;
  let running = 0;

  function connect(): Promise<SqlDriver> {
    current ??= open().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    return current;
  }

  async function run<T>(statement: (driver: SqlDriver) => Awaitable<T>): Promise<T> {
    running++;
    try {
      return await statement(await connect());
    } finally {
      running--;
      if (hibernating && running === 0) await close();
    }
  }

  async function close(): Promise<void> {
    const closing = current;
    current = undefined;
    await (await closing)?.close?.();
  }

  return {
    name,
    dialect,
    capabilities,
    lifetime: "process",
    all: (query) => run((driver) => driver.all(query)),
    run: (query) => run((driver) => driver.run(query)),
    batch: (queries) => run((driver) => driver.batch(queries)),
    close,
    async hibernate() {
      hibernating = true;
      if (running === 0) await close();
    },
    work() {
      hibernating = false;
    },
  };
}
