import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, gte, isNull, lt, ne, notExists, or, sql } from "drizzle-orm";
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

/** Anonymous users of a workspace who were made before a time, and have used no session since: the oldest, or those `after` one. */
export async function findIdleAnonymousUsers(
  driver: SqlDriver,
  workspaceId: string,
  before: Date,
  { limit, after }: { readonly limit: number; readonly after: IdleUser | undefined },
): Promise<IdleUser[]> {
  const database = systemDatabase(driver);
  const { id, createdAt } = users;
  const used = database
    .select({ one: sql`1` })
    .from(sessions)
    .where(and(eq(sessions.userId, id), gte(sessions.updatedAt, before)));
  const further = after && or(gt(createdAt, after.createdAt), and(eq(createdAt, after.createdAt), gt(id, after.id)));
  return database
    .select({ id, workspaceId: users.workspaceId, createdAt })
    .from(users)
    .where(and(ANONYMOUS, eq(users.workspaceId, workspaceId), lt(createdAt, before), notExists(used), further))
    .orderBy(asc(createdAt), asc(id))
    .limit(limit);
}

/** An anonymous user whom nobody has used for some time. */
export interface IdleUser {
  readonly id: string;
  readonly workspaceId: string;
  readonly createdAt: Date;
}

/**
 * The first statements of a batch that ends the anonymity of a user, or the user: it fails under the label where another one
 * has done so. Of two at once on Postgres, the second waits at the write, and then sees what the first has done.
 */
export function mustBeAnonymous(driver: SqlDriver, userId: string, label = "anonymous"): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = eq(users.id, userId);
  return [
    toQuery(
      database
        .update(users)
        .set({ updatedAt: sql`${users.updatedAt}` })
        .where(it),
    ),
    mustFind(driver, label, database.select({ id: users.id }).from(users).where(and(it, ANONYMOUS))),
  ];
}

/**
 * Ends the sessions of an anonymous user, which began with no proof. `kept`: one of them goes on, with what its user has
 * proven now. Sessions of operators who act as the user stay.
 */
export function endAnonymousSessions(
  driver: SqlDriver,
  userId: string,
  kept: { readonly id: string; readonly methods: string; readonly authenticatedAt: number } | undefined,
): SqlQuery[] {
  const database = systemDatabase(driver);
  const own = and(eq(sessions.userId, userId), isNull(sessions.impersonatedBy));
  if (!kept) return [toQuery(database.delete(sessions).where(own))];
  const { id, ...proof } = kept;
  return [
    toQuery(database.delete(sessions).where(and(own, ne(sessions.id, id)))),
    toQuery(
      database
        .update(sessions)
        .set(proof)
        .where(and(own, eq(sessions.id, id))),
    ),
  ];
}
