import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, exists, isNotNull, ne, or, type SQL, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { accounts, passkeys, users } from "../system/schema.ts";

export interface LinkedAccountRow {
  readonly id: string;
  /** See `accounts.providerId`. */
  readonly providerId: string;
  readonly accountId: string;
  readonly createdAt: Date;
}

/** A user's accounts at providers: not the password. */
export async function listLinkedAccountRows(
  driver: SqlDriver,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<LinkedAccountRow[]> {
  const { id, providerId, accountId, createdAt } = accounts;
  return systemDatabase(driver)
    .select({ id, providerId, accountId, createdAt })
    .from(accounts)
    .where(and(eq(accounts.workspaceId, workspaceId), eq(accounts.userId, userId), ne(providerId, "credential")))
    .orderBy(asc(createdAt), asc(id));
}

/** The id of the user to whom an account at a provider belongs. */
export async function findAccountOwner(
  driver: SqlDriver,
  { workspaceId, providerId, accountId }: { workspaceId: string; providerId: string; accountId: string },
): Promise<string | undefined> {
  const it = and(
    eq(accounts.workspaceId, workspaceId),
    eq(accounts.providerId, providerId),
    eq(accounts.accountId, accountId),
  );
  const [row] = await systemDatabase(driver).select({ userId: accounts.userId }).from(accounts).where(it);
  return row?.userId;
}

/** For the batch that links an account of an operator: its provider has confirmed the address. */
export function confirmAddress(driver: SqlDriver, userId: string): SqlQuery {
  return toQuery(systemDatabase(driver).update(users).set({ emailVerified: true }).where(eq(users.id, userId)));
}

/**
 * Removes an account of a user at a provider. The batch fails under `missing` where the user has no such account, and
 * under `last` where no sign-in method would be left: see `signInMethodLeft`.
 */
export function unlinkAccountQueries(
  driver: SqlDriver,
  { workspaceId, userId, id }: { workspaceId: string; userId: string; id: string },
  labels: { missing: string; last: string },
): SqlQuery[] {
  const database = systemDatabase(driver);
  const own = and(eq(accounts.workspaceId, workspaceId), eq(accounts.userId, userId));
  const it = and(own, eq(accounts.id, id), ne(accounts.providerId, "credential"));
  const select = (condition: SQL | undefined) => database.select({ id: accounts.id }).from(accounts).where(condition);
  return [
    removeOneAtATime(driver, userId),
    mustFind(driver, labels.missing, select(it)),
    toQuery(database.delete(accounts).where(it)),
    mustFind(driver, labels.last, signInMethodLeft(driver, { workspaceId, userId, byMail: false })),
  ];
}

/** The same for the number of a user's phone. `byMail`: a verified address counts, as codes are sent there. */
export function removePhoneQueries(
  driver: SqlDriver,
  { workspaceId, userId, byMail }: { workspaceId: string; userId: string; byMail: boolean },
  labels: { missing: string; last: string },
): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(eq(users.workspaceId, workspaceId), eq(users.id, userId));
  const hasPhone = database
    .select({ id: users.id })
    .from(users)
    .where(and(it, isNotNull(users.phone)));
  return [
    mustFind(driver, labels.missing, hasPhone),
    toQuery(database.update(users).set({ phone: null }).where(it)),
    mustFind(driver, labels.last, signInMethodLeft(driver, { workspaceId, userId, byMail })),
  ];
}

/** Makes a second removal of a sign-in method of the user wait, and then see what is left. */
export function removeOneAtATime(driver: SqlDriver, userId: string): SqlQuery {
  return toQuery(systemDatabase(driver).update(users).set({ name: users.name }).where(eq(users.id, userId)));
}

/** Finds the user where it can still sign in: by a password, a provider that is switched on, a passkey or a phone. */
export function signInMethodLeft(
  driver: SqlDriver,
  { workspaceId, userId, byMail }: { workspaceId: string; userId: string; byMail: boolean },
) {
  const database = systemDatabase(driver);
  const own = and(eq(accounts.workspaceId, workspaceId), eq(accounts.userId, userId));
  const account = and(own, or(isNotNull(accounts.password), atUsableProvider()));
  const methods = [
    exists(database.select({ id: accounts.id }).from(accounts).where(account)),
    exists(database.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.userId, userId))),
    isNotNull(users.phone),
    ...(byMail ? [eq(users.emailVerified, true)] : []),
  ];
  const it = and(eq(users.workspaceId, workspaceId), eq(users.id, userId), or(...methods));
  return database.select({ id: users.id }).from(users).where(it);
}

function atUsableProvider(): SQL {
  return sql`exists (select 1 from plinth_auth_providers p where p.workspace_id = plinth_accounts.workspace_id
    and p.provider_id = plinth_accounts.provider_id and p.enabled = 1)`;
}

/** For the batch that links an account: it fails under the label where the user's address is not verified. */
export function mustBeVerified(driver: SqlDriver, userId: string, label: string): SqlQuery {
  const it = and(eq(users.id, userId), eq(users.emailVerified, true));
  return mustFind(driver, label, systemDatabase(driver).select({ id: users.id }).from(users).where(it));
}
