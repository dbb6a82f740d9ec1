import type { SqlDriver } from "@plinth/core";

/** A driver that can give its connections back and go on. */
export interface HibernatingDriver extends SqlDriver {
  /** From now on open connections are closed whenever nothing is under way. A statement that comes late opens anew. */
  hibernate(): Promise<void>;
  /** What is opened stays open. */
  work(): void;
}

/** For hosts that keep a process only while there is something to do: `open` gives a driver for a while of work. */
export async function hibernatingDriver(open: () => Promise<SqlDriver>): Promise<HibernatingDriver> {
  let current: Promise<SqlDriver> | undefined;
  const { name, dialect, capabilities } = await connect();
  let hibernating = false;
  let underWay = 0;

  function connect(): Promise<SqlDriver> {
    current ??= open().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    return current;
  }

  async function run<T>(statement: (driver: SqlDriver) => Promise<T>): Promise<T> {
    underWay++;
    try {
      return await statement(await connect());
    } finally {
      underWay--;
      if (hibernating && underWay === 0) await close();
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
      if (underWay === 0) await close();
    },
    work() {
      hibernating = false;
    },
  };
}
