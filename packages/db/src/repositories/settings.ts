import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { settings } from "../system/schema.ts";

/** The first value stays. */
export function insertSettingOnce(driver: SqlDriver, key: string, value: string): SqlQuery {
  return toQuery(systemDatabase(driver).insert(settings).values({ key, value }).onConflictDoNothing());
}

const SECRET = "secret_fingerprint";

const isFingerprint = eq(settings.key, SECRET);

/** Of the secret that the servers of the database have. Null: there was none yet. */
export async function readSecretFingerprint(driver: SqlDriver): Promise<string | null> {
  const [row] = await systemDatabase(driver).select().from(settings).where(isFingerprint);
  return row?.value ?? null;
}

/** Remembers which secret the servers of the database have; returns the one of before. Null: there was none. */
export async function replaceSecretFingerprint(driver: SqlDriver, fingerprint: string): Promise<string | null> {
  const before = await readSecretFingerprint(driver);
  if (before === fingerprint) return fingerprint;
  const replaced = systemDatabase(driver).update(settings).set({ value: fingerprint }).where(isFingerprint);
  await driver.batch([insertSettingOnce(driver, SECRET, fingerprint), toQuery(replaced)]);
  return before;
}

const PROBE = "write_probe";

/** Writes a row, and no change of anything: fails where the database takes no writes. */
export async function probeWrite(driver: SqlDriver): Promise<void> {
  const again = systemDatabase(driver).update(settings).set({ value: settings.value }).where(eq(settings.key, PROBE));
  await driver.batch([insertSettingOnce(driver, PROBE, ""), toQuery(again)]);
}
