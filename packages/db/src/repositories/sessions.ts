import type { SqlDriver } from "@plinth/core";
import { and, eq, gt, inArray } from "drizzle-orm";
import { systemDatabase } from "../system/database.ts";
import { sessions, userRoles, users } from "../system/schema.ts";
import { findOperators } from "./operators.ts";
import { pieces } from "./pieces.ts";

/** The session's user, with the current roles. */
export interface SessionUser {
  readonly sessionId: string;
  readonly id: string;
  readonly workspaceId: string;
  readonly email: string;
  readonly roles: string[];
  readonly operator: boolean;
}

export async function findSessionId(driver: SqlDriver, token: string): Promise<string | undefined> {
  const [session] = await systemDatabase(driver)
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.token, token));
  return session?.id;
}

/** The users of the sessions that are still valid, in a few statements however many there are. */
export async function findSessionUsers(
  driver: SqlDriver,
  sessionIds: readonly string[],
  now: number,
): Promise<SessionUser[]> {
  const database = systemDatabase(driver);
  const found: SessionUser[] = [];
  for (const ids of pieces(driver, sessionIds)) {
    // No join: two columns with the same name would become one in a driver's row.
    const held = await database
      .select({ id: sessions.id, userId: sessions.userId })
      .from(sessions)
      .where(and(inArray(sessions.id, ids), gt(sessions.expiresAt, new Date(now))));
    const userIds = [...new Set(held.map(({ userId }) => userId))];
    const accounts = await database
      .select({ id: users.id, workspaceId: users.workspaceId, email: users.email })
      .from(users)
      .where(inArray(users.id, userIds));
    const byId = new Map(accounts.map((account) => [account.id, account]));
    const assigned = await database.select().from(userRoles).where(inArray(userRoles.userId, userIds));
    const operators = await findOperators(driver, userIds);
    const rolesOf = Map.groupBy(assigned, ({ userId }) => userId);
    for (const { id: sessionId, userId } of held) {
      const account = byId.get(userId);
      if (!account) continue;
      const own = (rolesOf.get(userId) ?? []).filter((row) => row.workspaceId === account.workspaceId);
      found.push({ sessionId, ...account, roles: own.map(({ role }) => role), operator: operators.has(userId) });
    }
  }
  return found;
}

/** Which of these sessions have not ended. */
export async function findLivingSessions(driver: SqlDriver, ids: readonly string[], now: number): Promise<string[]> {
  const living: string[] = [];
  for (const piece of pieces(driver, ids)) {
    const rows = await systemDatabase(driver)
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(inArray(sessions.id, piece), gt(sessions.expiresAt, new Date(now))));
    living.push(...rows.map(({ id }) => id));
  }
  return living;
}
