import type { SqlDriver, SqlQuery } from "@plinth/core";
import { systemDatabase, toQuery } from "../system/database.ts";
import { settings } from "../system/schema.ts";

/** The first value stays. */
export function insertSettingOnce(driver: SqlDriver, key: string, value: string): SqlQuery {
  return toQuery(systemDatabase(driver).insert(settings).values({ key, value }).onConflictDoNothing());
}
