import type { Platform, SqlDriver } from "@plinth/core";
import { ensureTriggers, ensureUsersCollections, type Feature, migrate, restartForeignLog } from "@plinth/engine";

/** The app's built-in data source: migrated, and its change log complete, before its first use. */
export interface Database {
  /** The migrated driver, where one serves the whole process. */
  readonly current: SqlDriver | undefined;
  open(): Promise<SqlDriver>;
  /** Opens a driver, does the work and, where the connection is for one request, closes it. */
  use<T>(work: (driver: SqlDriver) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openDatabase(platform: Platform, features: readonly Feature[]): Database {
  let current: SqlDriver | undefined;
  let migrated: Promise<void> | undefined;

  const bringUpToDate = async (driver: SqlDriver): Promise<void> => {
    const applied = await migrate(driver, () => platform.clock.now(), features);
    if (applied.length > 0) platform.log.info("database migrated", { migrations: applied });
    for (const { workspaceId, slug } of await ensureUsersCollections(driver, () => platform.clock.now())) {
      platform.log.info("collection of users made", { workspace: workspaceId, collection: slug });
    }
    const tables = await ensureTriggers(driver);
    await restartForeignLog(driver);
    if (tables.length > 0) platform.log.info("triggers of the change log replaced", { tables });
  };

  const open = async (): Promise<SqlDriver> => {
    const driver = await platform.database();
    migrated ??= bringUpToDate(driver);
    try {
      await migrated;
    } catch (error) {
      // The next request tries again: the database may have become reachable.
      migrated = undefined;
      if (driver.lifetime === "request") await driver.close?.();
      throw error;
    }
    if (driver.lifetime === "process") current = driver;
    return driver;
  };

  return {
    get current() {
      return current;
    },
    open,
    async use(work) {
      const driver = await open();
      try {
        return await work(driver);
      } finally {
        if (driver.lifetime === "request") await driver.close?.();
      }
    },
    async close() {
      const driver = current ?? (migrated && (await platform.database().catch(() => undefined)));
      if (driver?.lifetime === "process") await driver.close?.();
    },
  };
}
