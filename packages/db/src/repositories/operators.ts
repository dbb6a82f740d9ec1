import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq, inArray, isNull, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { operators, settings, userRoles, users } from "../system/schema.ts";
import { pieces } from "./pieces.ts";
import { insertSettingOnce } from "./settings.ts";

/** The setting that records the first operator's id. It stays, whoever becomes an operator later. */
const FIRST_OPERATOR = "operator";

/** Which of these users are operators. */
export async function findOperators(driver: SqlDriver, userIds: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const ids of pieces(driver, userIds)) {
    const rows = await systemDatabase(driver).select().from(operators).where(inArray(operators.userId, ids));
    for (const { userId } of rows) found.add(userId);
  }
  return found;
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
 * Makes a new user the first operator, with this role in its workspace; `verified`: and its address a confirmed one. The first such batch creates the setting; a
 * second one finds it, and its user stays an ordinary one.
 */
export function firstOperatorQueries(
  driver: SqlDriver,
  first: { userId: string; role: string; now: number; verified: boolean },
): SqlQuery[] {
  const { userId, role, now, verified } = first;
  const isFirst = sql`id = ${userId} and exists
    (select 1 from plinth_settings where key = ${FIRST_OPERATOR} and value = ${userId})`;
  const database = systemDatabase(driver);
  return [
    insertSettingOnce(driver, FIRST_OPERATOR, userId),
    toQuery(
      database.insert(userRoles).select(sql`select workspace_id, id, ${role} from plinth_users where ${isFirst}`),
    ),
    toQuery(database.insert(operators).select(sql`select id, ${now} from plinth_users where ${isFirst}`)),
    ...(verified ? [toQuery(database.update(users).set({ emailVerified: true }).where(isFirst))] : []),
  ];
}

export function insertOperator(driver: SqlDriver, userId: string, now: number): SqlQuery {
  const row = { userId, createdAt: new Date(now) };
  return toQuery(systemDatabase(driver).insert(operators).values(row).onConflictDoNothing());
}

/** The batch fails under the label where no operator would be left who can sign in. */
export function deleteOperatorQueries(driver: SqlDriver, userId: string, label: string): SqlQuery[] {
  const remove = toQuery(systemDatabase(driver).delete(operators).where(eq(operators.userId, userId)));
  return leavesAnOperator(driver, [remove], label);
}

/**
 * Statements after which there must still be an operator who is not blocked; else the batch fails under the label.
 * Concurrent ones run one after another.
 */
export function leavesAnOperator(driver: SqlDriver, queries: readonly SqlQuery[], label: string): SqlQuery[] {
  const database = systemDatabase(driver);
  const able = database
    .select({ id: users.id })
    .from(users)
    .innerJoin(operators, eq(operators.userId, users.id))
    .where(isNull(users.blockedAt));
  return [
    toQuery(database.update(settings).set({ value: settings.value }).where(eq(settings.key, FIRST_OPERATOR))),
    ...queries,
    mustFind(driver, label, able),
  ];
}

/** Fails the batch under the label where the user is an operator. */
export function mustBeNoOperator(driver: SqlDriver, userId: string, label: string): SqlQuery {
  const isNone = sql`${users.id} = ${userId} and not exists (select 1 from plinth_operators where user_id = ${userId})`;
  return mustFind(driver, label, systemDatabase(driver).select({ id: users.id }).from(users).where(isNone));
}
