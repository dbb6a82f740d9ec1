import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { accounts, authProviders } from "../system/schema.ts";

export type AuthProviderRow = typeof authProviders.$inferSelect;

export async function listAuthProviderRows(driver: SqlDriver, workspaceId: string): Promise<AuthProviderRow[]> {
  return systemDatabase(driver)
    .select()
    .from(authProviders)
    .where(eq(authProviders.workspaceId, workspaceId))
    .orderBy(asc(authProviders.createdAt), asc(authProviders.id));
}

export async function findAuthProvider(
  driver: SqlDriver,
  workspaceId: string,
  name: string,
): Promise<AuthProviderRow | undefined> {
  const [row] = await systemDatabase(driver).select().from(authProviders).where(is(workspaceId, name));
  return row;
}

export function insertAuthProvider(driver: SqlDriver, row: AuthProviderRow): SqlQuery {
  return toQuery(systemDatabase(driver).insert(authProviders).values(row));
}

/** The batch fails with a guard where the provider has been deleted meanwhile. */
export function updateAuthProviderQueries(driver: SqlDriver, row: AuthProviderRow): SqlQuery[] {
  const { id, workspaceId, createdAt: _, ...values } = row;
  const it = and(eq(authProviders.id, id), eq(authProviders.workspaceId, workspaceId));
  const database = systemDatabase(driver);
  return [
    mustFind(driver, "provider", database.select({ id: authProviders.id }).from(authProviders).where(it)),
    toQuery(database.update(authProviders).set(values).where(it)),
  ];
}

/** The batch fails with a guard where there is no such provider. */
export function deleteAuthProviderQueries(driver: SqlDriver, workspaceId: string, name: string): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = is(workspaceId, name);
  return [
    mustFind(driver, "provider", database.select({ id: authProviders.id }).from(authProviders).where(it)),
    toQuery(database.delete(authProviders).where(it)),
  ];
}

/** How many users have an account there. */
export async function countAccountsAt(driver: SqlDriver, workspaceId: string, providerId: string): Promise<number> {
  return systemDatabase(driver).$count(
    accounts,
    and(eq(accounts.workspaceId, workspaceId), eq(accounts.providerId, providerId)),
  );
}

function is(workspaceId: string, name: string) {
  return and(eq(authProviders.workspaceId, workspaceId), eq(authProviders.name, name));
}
