import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind, mustNotFind } from "../system/guard.ts";
import { authSettings } from "../system/schema.ts";

export type AuthSettingRow = typeof authSettings.$inferSelect;

/** What a workspace has set; everything else has its default. */
export async function listAuthSettingRows(
  driver: SqlDriver,
  workspaceId: string,
  section?: string,
): Promise<AuthSettingRow[]> {
  const them = and(
    eq(authSettings.workspaceId, workspaceId),
    section === undefined ? undefined : eq(authSettings.section, section),
  );
  return systemDatabase(driver).select().from(authSettings).where(them);
}

/** Fails its batch under the label where the setting has another value by now. Null: it has its default. */
export function mustBeSet(
  driver: SqlDriver,
  { workspaceId, section, name }: Pick<AuthSettingRow, "workspaceId" | "section" | "name">,
  value: string | null,
  label: string,
): SqlQuery {
  const its = and(
    eq(authSettings.workspaceId, workspaceId),
    eq(authSettings.section, section),
    eq(authSettings.name, name),
    value === null ? undefined : eq(authSettings.value, value),
  );
  const found = systemDatabase(driver).select({ value: authSettings.value }).from(authSettings).where(its);
  return value === null ? mustNotFind(driver, label, found) : mustFind(driver, label, found);
}

/** A row for each setting: two requests that change different ones both count. */
export function upsertAuthSetting(driver: SqlDriver, row: AuthSettingRow): SqlQuery {
  const { workspaceId, section, name, value, updatedAt } = row;
  // drizzle writes the target's columns with their table, which Postgres refuses.
  const sql = `insert into plinth_auth_settings (workspace_id, section, name, value, updated_at)
    values (?1, ?2, ?3, ?4, ?5)
    on conflict (workspace_id, section, name) do update set value = excluded.value, updated_at = excluded.updated_at`;
  return numbered(dialectOf(driver), sql, [workspaceId, section, name, value, updatedAt.getTime()]);
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
