import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq, inArray, notInArray, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { systemDatabase, toQuery } from "../system/database.ts";
import { accounts, secondFactors, sessions, users, verifications } from "../system/schema.ts";

/**
 * Takes all that opens an account from whoever signed it up before its address was proven: sessions, passwords and
 * linked accounts but for those kept, and the second factor. `unlessProven`: nothing happens where the address is proven.
 */
export function claimAccountQueries(
  driver: SqlDriver,
  claim: { userId: string; keptAccounts: readonly string[]; unlessProven: boolean },
): SqlQuery[] {
  const { userId, keptAccounts, unlessProven } = claim;
  const database = systemDatabase(driver);
  const it = and(eq(users.id, userId), unlessProven ? eq(users.emailVerified, false) : undefined);
  const owner = database.select({ id: users.id }).from(users).where(it);
  const theirs = (column: SQLiteColumn, more?: SQL) => and(inArray(column, owner), more);
  const others = keptAccounts.length > 0 ? notInArray(accounts.id, [...keptAccounts]) : undefined;
  return [
    toQuery(database.delete(sessions).where(theirs(sessions.userId))),
    toQuery(database.delete(accounts).where(theirs(accounts.userId, others))),
    toQuery(database.delete(secondFactors).where(theirs(secondFactors.userId))),
    // Browsers that are spared the second factor, and sign-ins that wait for it.
    toQuery(database.delete(verifications).where(theirs(verifications.value))),
    toQuery(database.update(users).set({ twoFactorEnabled: false }).where(it)),
  ];
}
