import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq, exists, ne } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import {
  accounts,
  agreements,
  devices,
  passkeys,
  secondFactors,
  sessions,
  users,
  verifications,
} from "../system/schema.ts";
import { lockUser } from "./users.ts";

interface TakeOver {
  readonly userId: string;
  readonly accountId?: string;
  readonly name?: string;
  readonly isVerified?: boolean;
}

/**
 * For the batch of a sign-in that has proven who owns the address of a user: if nobody has proven that before, the person who made
 * the user may have been somebody else, and loses all that opens it. The address counts as verified then. `accountId`: the
 * account that the batch stores. `isVerified`: the batch itself has said so, and nobody had before.
 */
export function takeOverQueries(
  driver: SqlDriver,
  { userId, accountId, name, isVerified = false }: TakeOver,
): SqlQuery[] {
  const database = systemDatabase(driver);
  const unverified = and(eq(users.id, userId), eq(users.emailVerified, isVerified));
  const isUnverified = exists(database.select({ id: users.id }).from(users).where(unverified));
  const others = accountId === undefined ? undefined : ne(accounts.id, accountId);
  return [
    // First: a sign-in that is under way holds this row, and its session is seen by what follows.
    lockUser(driver, userId),
    toQuery(database.delete(sessions).where(and(eq(sessions.userId, userId), isUnverified))),
    toQuery(database.delete(accounts).where(and(eq(accounts.userId, userId), others, isUnverified))),
    toQuery(database.delete(passkeys).where(and(eq(passkeys.userId, userId), isUnverified))),
    toQuery(database.delete(secondFactors).where(and(eq(secondFactors.userId, userId), isUnverified))),
    toQuery(database.delete(devices).where(and(eq(devices.userId, userId), isUnverified))),
    toQuery(database.delete(agreements).where(and(eq(agreements.userId, userId), isUnverified))),
    // Browsers that are spared the second factor, and sign-ins that wait for it.
    toQuery(database.delete(verifications).where(and(eq(verifications.value, userId), isUnverified))),
    toQuery(
      database
        .update(users)
        .set({ emailVerified: true, twoFactorEnabled: false, phone: null, ...(name !== undefined && { name }) })
        .where(unverified),
    ),
  ];
}
