import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { settings, userRoles } from "../system/schema.ts";

export async function hasSetting(driver: SqlDriver, key: string): Promise<boolean> {
  const rows = await systemDatabase(driver).select({ key: settings.key }).from(settings).where(eq(settings.key, key));
  return rows.length > 0;
}

/** The first value stays. */
export function insertSettingOnce(driver: SqlDriver, key: string, value: string): SqlQuery {
  return toQuery(systemDatabase(driver).insert(settings).values({ key, value }).onConflictDoNothing());
}

/** Gives a role to a user whose id is the setting's value. */
export function assignRoleBySetting(
  driver: SqlDriver,
  key: string,
  assignment: { workspaceId: string; userId: string; role: string },
): SqlQuery {
  const { workspaceId, userId, role } = assignment;
  return toQuery(
    systemDatabase(driver)
      .insert(userRoles)
      .select(sql`select ${workspaceId}, ${userId}, ${role}
        where exists (select 1 from plinth_settings where key = ${key} and value = ${userId})`),
  );
}
