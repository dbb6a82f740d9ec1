import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { roles, rules, userRoles } from "../system/schema.ts";

export type RoleRow = typeof roles.$inferSelect;

export async function listRoleRows(driver: SqlDriver, workspaceId: string): Promise<RoleRow[]> {
  return systemDatabase(driver)
    .select()
    .from(roles)
    .where(eq(roles.workspaceId, workspaceId))
    .orderBy(asc(roles.createdAt), asc(roles.id));
}

export async function listRoleNames(driver: SqlDriver, workspaceId: string): Promise<string[]> {
  const rows = await systemDatabase(driver)
    .select({ name: roles.name })
    .from(roles)
    .where(eq(roles.workspaceId, workspaceId));
  return rows.map(({ name }) => name);
}

export function insertRoles(driver: SqlDriver, rows: RoleRow[]): SqlQuery {
  return toQuery(systemDatabase(driver).insert(roles).values(rows));
}

/** Deletes a role with its rules and its assignments; the batch fails with a guard where there is none. */
export function deleteRoleQueries(driver: SqlDriver, workspaceId: string, name: string): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(eq(roles.workspaceId, workspaceId), eq(roles.name, name));
  return [
    mustFind(driver, "role", database.select({ id: roles.id }).from(roles).where(it)),
    toQuery(database.delete(rules).where(and(eq(rules.workspaceId, workspaceId), eq(rules.role, name)))),
    toQuery(database.delete(userRoles).where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.role, name)))),
    toQuery(database.delete(roles).where(it)),
  ];
}
