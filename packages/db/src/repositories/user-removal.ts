import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gte, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { invitations, organizationInvitations, users, verifications } from "../system/schema.ts";
import type { UserRow } from "./users.ts";

/** What happens to the items that a deleted user owns. */
export type OwnedItems = "release" | "delete";

/** A user whose deletion has begun and is not complete, the one that has waited longest. */
export async function findUserInRemoval(driver: SqlDriver): Promise<UserRow | undefined> {
  const [user] = await systemDatabase(driver)
    .select()
    .from(users)
    // Not null; SQLite finds it by the index in this form alone.
    .where(gte(users.removal, ""))
    .orderBy(asc(users.blockedAt), asc(users.id))
    .limit(1);
  return user;
}

/** After an attempt that failed, so that the others are not held up. */
export function postponeRemovalQuery(driver: SqlDriver, id: string, at: Date): SqlQuery {
  return toQuery(systemDatabase(driver).update(users).set({ blockedAt: at }).where(eq(users.id, id)));
}

/** Begins a deletion: nobody can sign in as this user from now on. The batch fails with a guard where there is none. */
export function beginRemovalQueries(
  driver: SqlDriver,
  { workspaceId, id }: { workspaceId: string; id: string },
  items: OwnedItems,
  at: Date,
): SqlQuery[] {
  const it = and(eq(users.id, id), eq(users.workspaceId, workspaceId));
  const database = systemDatabase(driver);
  return [
    toQuery(database.update(users).set({ removal: items, blockedAt: at }).where(it)),
    mustFind(driver, "user", database.select({ id: users.id }).from(users).where(it)),
  ];
}

/** Of the user who signs in: browsers in which no second factor is asked for, and sign-ins and links that are under way. */
export function deletePendingSignIns(driver: SqlDriver, userId: string): SqlQuery {
  return toQuery(systemDatabase(driver).delete(verifications).where(eq(verifications.value, userId)));
}

/**
 * Deletes a user with the invitations to its address, and the links that were sent there. Sessions, accounts, roles and the
 * right of an operator go with it.
 */
export function deleteUserQueries(
  driver: SqlDriver,
  { id, email, workspaceId }: Pick<UserRow, "id" | "email" | "workspaceId">,
): SqlQuery[] {
  const database = systemDatabase(driver);
  const { value } = verifications;
  const theirs = email === null ? eq(value, id) : or(eq(value, id), names(email));
  const invited =
    email === null
      ? []
      : [invitations, organizationInvitations].map((table) =>
          toQuery(database.delete(table).where(and(eq(table.workspaceId, workspaceId), eq(table.email, email)))),
        );
  return [
    toQuery(database.delete(verifications).where(and(eq(verifications.workspaceId, workspaceId), theirs))),
    ...invited,
    toQuery(database.delete(users).where(eq(users.id, id))),
  ];
}

/** Whether a verification holds the address as a text of its JSON. Not by a pattern: D1 compares with at most 50 bytes. */
function names(email: string) {
  return sql`${verifications.value} <> replace(${verifications.value}, ${JSON.stringify(email)}, '')`;
}
