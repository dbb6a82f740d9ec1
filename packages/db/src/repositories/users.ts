import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { operators, userRoles, users } from "../system/schema.ts";

export type UserRow = typeof users.$inferSelect;

/** A user's rights, independent of rules. */
export interface UserRights {
  readonly roles: string[];
  readonly operator: boolean;
}

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

/** A page of users with their rights, oldest first. */
export async function listUserRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<(UserRow & UserRights)[]> {
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
  const running = await database.select().from(operators).where(inArray(operators.userId, onPage));
  return rows.map((row) => ({
    ...row,
    roles: assigned.filter((r) => r.userId === row.id).map((r) => r.role),
    operator: running.some(({ userId }) => userId === row.id),
  }));
}

/** One statement, because requests wait for it: a row without a role means that the user is an operator. */
export async function findUserRights(driver: SqlDriver, workspaceId: string, userId: string): Promise<UserRights> {
  const database = systemDatabase(driver);
  const isRunning = database
    .select({ role: sql<string | null>`null` })
    .from(operators)
    .where(eq(operators.userId, userId));
  const rows = await database
    .select({ role: sql<string | null>`${userRoles.role}` })
    .from(userRoles)
    .where(isAssignment(workspaceId, userId))
    .unionAll(isRunning);
  const roles = rows.flatMap(({ role }) => role ?? []);
  return { roles, operator: roles.length < rows.length };
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

function isAssignment(workspaceId: string, userId: string) {
  return and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.userId, userId));
}
