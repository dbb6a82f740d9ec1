import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { settings } from "../system/schema.ts";

/** The first value stays. */
export function insertSettingOnce(driver: SqlDriver, key: string, value: string): SqlQuery {
  return toQuery(systemDatabase(driver).insert(settings).values({ key, value }).onConflictDoNothing());
}

const PROBE = "write_probe";

/** Writes a row, and no change of anything: fails where the database takes no writes. */
export async function probeWrite(driver: SqlDriver): Promise<void> {
  const again = systemDatabase(driver).update(settings).set({ value: settings.value }).where(eq(settings.key, PROBE));
  await driver.batch([insertSettingOnce(driver, PROBE, ""), toQuery(again)]);
}
