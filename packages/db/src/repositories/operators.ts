import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq, inArray, isNull, or } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { operators, passkeys, settings, users } from "../system/schema.ts";
import { pieces } from "./pieces.ts";
import { insertSettingOnce } from "./settings.ts";

/** The setting that records the first operator's id. It stays, no matter who becomes an operator later. */
const FIRST_OPERATOR = "operator";

/** As many as are written to. */
const MOST_OWNERS = 100;
const isOwner = eq(operators.role, "owner");

/** Which of these users own the server. */
export async function findOperators(driver: SqlDriver, userIds: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const ids of pieces(driver, userIds)) {
    const rows = await systemDatabase(driver)
      .select()
      .from(operators)
      .where(and(inArray(operators.userId, ids), isOwner));
    for (const { userId } of rows) found.add(userId);
  }
  return found;
}

/** The accounts of operators, the oldest first, as many as `limit` says. */
export async function listOperatorIds(driver: SqlDriver, limit: number): Promise<string[]> {
  const rows = await systemDatabase(driver)
    .select({ userId: operators.userId })
    .from(operators)
    .orderBy(operators.userId)
    .limit(limit);
  return rows.map(({ userId }) => userId);
}

/** Where operators who own the server get mails, as far as they have an address. */
export function listServerOwners(driver: SqlDriver): Promise<{ email: string | null }[]> {
  const owners = systemDatabase(driver).select({ email: users.email }).from(operators);
  return owners.innerJoin(users, eq(users.id, operators.userId)).where(isOwner).limit(MOST_OWNERS);
}

/** Whether there has ever been a first operator. The last one cannot be removed, so there has been one ever since. */
export async function hasFirstOperator(driver: SqlDriver): Promise<boolean> {
  const [row] = await systemDatabase(driver)
    .select({ key: settings.key })
    .from(settings)
    .where(eq(settings.key, FIRST_OPERATOR));
  return row !== undefined;
}

/**
 * Makes a new account the first operator; `verified`: and its address a confirmed one. The first such batch creates the
 * setting; a second one finds it, and fails under the label.
 */
export function firstOperatorQueries(
  driver: SqlDriver,
  first: { userId: string; now: number; verified: boolean; label: string },
): SqlQuery[] {
  const { userId, now, verified, label } = first;
  const database = systemDatabase(driver);
  const isFirst = and(eq(settings.key, FIRST_OPERATOR), eq(settings.value, userId));
  return [
    insertSettingOnce(driver, FIRST_OPERATOR, userId),
    mustFind(driver, label, database.select({ key: settings.key }).from(settings).where(isFirst)),
    insertOperator(driver, userId, now),
    ...(verified ? [toQuery(database.update(users).set({ emailVerified: true }).where(eq(users.id, userId)))] : []),
  ];
}

export const OPERATOR_ROLES = ["owner", "member"] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export function insertOperator(driver: SqlDriver, userId: string, now: number, role: OperatorRole = "owner"): SqlQuery {
  const row = { userId, role, createdAt: new Date(now) };
  return toQuery(systemDatabase(driver).insert(operators).values(row).onConflictDoNothing());
}

export function setOperatorRole(driver: SqlDriver, userId: string, role: OperatorRole): SqlQuery {
  return toQuery(systemDatabase(driver).update(operators).set({ role }).where(eq(operators.userId, userId)));
}

/**
 * Statements after which there must still be an owner of the server who is not blocked; else the batch fails under the label.
 * Concurrent ones run one after another.
 */
export function leavesAnOperator(driver: SqlDriver, queries: readonly SqlQuery[], label: string): SqlQuery[] {
  const database = systemDatabase(driver);
  const able = database
    .select({ id: users.id })
    .from(users)
    .innerJoin(operators, eq(operators.userId, users.id))
    .where(and(isNull(users.blockedAt), isOwner));
  return [
    toQuery(database.update(settings).set({ value: settings.value }).where(eq(settings.key, FIRST_OPERATOR))),
    ...queries,
    mustFind(driver, label, able),
  ];
}

/** Owners of the server whose password alone signs them in. */
export async function listOwnersWithoutSecondFactor(
  driver: SqlDriver,
): Promise<{ id: string; email: string | null }[]> {
  return systemDatabase(driver)
    .select({ id: users.id, email: users.email })
    .from(users)
    .innerJoin(operators, eq(operators.userId, users.id))
    .leftJoin(passkeys, eq(passkeys.userId, users.id))
    .where(and(isOwner, isNull(passkeys.id), or(isNull(users.twoFactorEnabled), eq(users.twoFactorEnabled, false))))
    .orderBy(users.email);
}
