import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, inArray } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { userRoles, users } from "../system/schema.ts";

export type UserRow = typeof users.$inferSelect;

export async function findUser(driver: SqlDriver, workspaceId: string, id: string): Promise<UserRow | undefined> {
  const [user] = await systemDatabase(driver)
    .select()
    .from(users)
    .where(and(eq(users.id, id), eq(users.workspaceId, workspaceId)));
  return user;
}

export async function findUserName(driver: SqlDriver, id: string): Promise<string | undefined> {
  const [row] = await systemDatabase(driver).select({ name: users.name }).from(users).where(eq(users.id, id));
  return row?.name;
}

/** A page of users with their assigned roles, oldest first. */
export async function listUserRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<(UserRow & { roles: string[] })[]> {
  const database = systemDatabase(driver);
  const mine = eq(users.workspaceId, workspaceId);
  const order = [asc(users.createdAt), asc(users.id)];
  const onPage = database
    .select({ id: users.id })
    .from(users)
    .where(mine)
    .orderBy(...order)
    .limit(limit)
    .offset(offset);
  const rows = await database
    .select()
    .from(users)
    .where(mine)
    .orderBy(...order)
    .limit(limit)
    .offset(offset);
  const assigned = await database
    .select()
    .from(userRoles)
    .where(and(eq(userRoles.workspaceId, workspaceId), inArray(userRoles.userId, onPage)))
    .orderBy(asc(userRoles.role));
  return rows.map((row) => ({ ...row, roles: assigned.filter((r) => r.userId === row.id).map((r) => r.role) }));
}

export async function listAssignedRoles(driver: SqlDriver, workspaceId: string, userId: string): Promise<string[]> {
  const rows = await systemDatabase(driver)
    .select({ role: userRoles.role })
    .from(userRoles)
    .where(isAssignment(workspaceId, userId));
  return rows.map((row) => row.role);
}

export function replaceAssignedRoles(
  driver: SqlDriver,
  workspaceId: string,
  userId: string,
  roles: readonly string[],
): SqlQuery[] {
  const database = systemDatabase(driver);
  return [
    toQuery(database.delete(userRoles).where(isAssignment(workspaceId, userId))),
    ...roles.map((role) => toQuery(database.insert(userRoles).values({ workspaceId, userId, role }))),
  ];
}

/** Fails the batch under the label when nobody has the role. */
export function mustHaveHolder(driver: SqlDriver, label: string, workspaceId: string, role: string): SqlQuery {
  const holders = and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.role, role));
  return mustFind(
    driver,
    label,
    systemDatabase(driver).select({ id: userRoles.userId }).from(userRoles).where(holders),
  );
}

function isAssignment(workspaceId: string, userId: string) {
  return and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.userId, userId));
}
