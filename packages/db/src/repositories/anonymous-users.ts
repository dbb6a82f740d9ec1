import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gte, isNull, lt, notExists, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { sessions, users } from "../system/schema.ts";

const ANONYMOUS = and(eq(users.isAnonymous, true), isNull(users.removal));

/** The workspaces that have anonymous users from before a time. */
export async function workspacesWithAnonymousUsers(driver: SqlDriver, before: Date): Promise<string[]> {
  const rows = await systemDatabase(driver)
    .selectDistinct({ workspaceId: users.workspaceId })
    .from(users)
    .where(and(ANONYMOUS, lt(users.createdAt, before)));
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Anonymous users of a workspace who were made before a time, and have used no session since. */
export async function findIdleAnonymousUsers(
  driver: SqlDriver,
  workspaceId: string,
  before: Date,
  limit: number,
): Promise<{ id: string; workspaceId: string }[]> {
  const database = systemDatabase(driver);
  const used = database
    .select({ one: sql`1` })
    .from(sessions)
    .where(and(eq(sessions.userId, users.id), gte(sessions.updatedAt, before)));
  return database
    .select({ id: users.id, workspaceId: users.workspaceId })
    .from(users)
    .where(and(ANONYMOUS, eq(users.workspaceId, workspaceId), lt(users.createdAt, before), notExists(used)))
    .orderBy(asc(users.createdAt))
    .limit(limit);
}

/** For the batch that begins to remove a user: it fails where the user has an account by now. */
export function mustBeAnonymous(driver: SqlDriver, userId: string): SqlQuery {
  const it = and(eq(users.id, userId), ANONYMOUS);
  return mustFind(driver, "anonymous", systemDatabase(driver).select({ id: users.id }).from(users).where(it));
}

/** The user has a sign-in method of its own from now on. The batch fails under the label where the address is another. */
export function endAnonymityQueries(
  driver: SqlDriver,
  { userId, email }: { userId: string; email: string | undefined },
  label: string,
): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = eq(users.id, userId);
  const has = and(it, email === undefined ? undefined : eq(users.email, email));
  return [
    toQuery(
      database
        .update(users)
        .set({ isAnonymous: false })
        .where(and(it, eq(users.isAnonymous, true))),
    ),
    mustFind(driver, label, database.select({ id: users.id }).from(users).where(has)),
  ];
}
