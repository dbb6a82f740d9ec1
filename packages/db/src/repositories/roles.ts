import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, count, eq, inArray } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { roles, rules, userRoles } from "../system/schema.ts";
import { pieces } from "./pieces.ts";

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

/** Makes a deletion of these roles that comes at the same time wait, so that it then takes back what the batch gives. */
export function holdRoles(driver: SqlDriver, workspaceId: string, names: readonly string[]): SqlQuery[] {
  return [...pieces(driver, names)].map((piece) =>
    toQuery(
      systemDatabase(driver)
        .update(roles)
        .set({ name: roles.name })
        .where(and(eq(roles.workspaceId, workspaceId), inArray(roles.name, piece))),
    ),
  );
}

/** For the batch that relies on roles, each named once: it fails under the label where one has been deleted. */
export function mustHaveRoles(
  driver: SqlDriver,
  workspaceId: string,
  names: readonly string[],
  label: string,
): SqlQuery[] {
  const counts = [...pieces(driver, names)].map((piece) =>
    mustFind(
      driver,
      label,
      systemDatabase(driver)
        .select({ found: count() })
        .from(roles)
        .where(and(eq(roles.workspaceId, workspaceId), inArray(roles.name, piece)))
        .having(eq(count(), piece.length)),
    ),
  );
  return [...holdRoles(driver, workspaceId, names), ...counts];
}

/** Deletes a role with its rules and its assignments. */
export function deleteRoleQueries(driver: SqlDriver, workspaceId: string, name: string): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(eq(roles.workspaceId, workspaceId), eq(roles.name, name));
  return [
    toQuery(database.delete(rules).where(and(eq(rules.workspaceId, workspaceId), eq(rules.role, name)))),
    toQuery(database.delete(userRoles).where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.role, name)))),
    toQuery(database.delete(roles).where(it)),
  ];
}
