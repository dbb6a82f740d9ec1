import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { authSettings } from "../system/schema.ts";

export type AuthSettingRow = typeof authSettings.$inferSelect;

/** What a workspace has set; everything else has its default. */
export async function listAuthSettingRows(driver: SqlDriver, workspaceId: string): Promise<AuthSettingRow[]> {
  return systemDatabase(driver).select().from(authSettings).where(eq(authSettings.workspaceId, workspaceId));
}

/** A row for each setting: two requests that change different ones both count. */
export function upsertAuthSetting(driver: SqlDriver, row: AuthSettingRow): SqlQuery {
  const { workspaceId, section, name } = authSettings;
  const { value, updatedAt } = row;
  return toQuery(
    systemDatabase(driver)
      .insert(authSettings)
      .values(row)
      .onConflictDoUpdate({ target: [workspaceId, section, name], set: { value, updatedAt } }),
  );
}

export function deleteAuthSetting(
  driver: SqlDriver,
  { workspaceId, section, name }: Pick<AuthSettingRow, "workspaceId" | "section" | "name">,
): SqlQuery {
  const it = and(
    eq(authSettings.workspaceId, workspaceId),
    eq(authSettings.section, section),
    eq(authSettings.name, name),
  );
  return toQuery(systemDatabase(driver).delete(authSettings).where(it));
}
