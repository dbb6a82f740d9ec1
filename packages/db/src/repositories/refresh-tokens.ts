import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq, gt } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { refreshTokens, sessions } from "../system/schema.ts";

export type RefreshTokenRow = typeof refreshTokens.$inferSelect;

export async function findRefreshToken(driver: SqlDriver, id: string): Promise<RefreshTokenRow | undefined> {
  const [row] = await systemDatabase(driver).select().from(refreshTokens).where(eq(refreshTokens.id, id));
  return row;
}

/** Of one session. Each app or tab needs one; who asks for more loses those that were used longest ago. */
const MOST = 50;
const PRUNE = `delete from plinth_refresh_tokens where session_id = ?1 and id not in
  (select id from plinth_refresh_tokens where session_id = ?1 order by rotated_at desc, id desc limit ${MOST})`;

/** Fails its batch with a guard where the session has ended. */
export function insertRefreshTokenQueries(
  driver: SqlDriver,
  row: typeof refreshTokens.$inferInsert,
  now: Date,
): SqlQuery[] {
  return [
    sessionMustLast(driver, row.sessionId, now),
    toQuery(systemDatabase(driver).insert(refreshTokens).values(row)),
    numbered(dialectOf(driver), PRUNE, [row.sessionId]),
  ];
}

/**
 * Replaces a token by the next one, and records the use of its session. The batch fails with a guard where the session has
 * ended, or another request was faster.
 */
export function rotateRefreshTokenQueries(
  driver: SqlDriver,
  {
    id,
    sessionId,
    hash,
    next,
    at,
    expiresAt,
  }: {
    id: string;
    sessionId: string;
    hash: string;
    next: string;
    at: Date;
    /** Of the session; absent: as it is. */
    expiresAt: Date | undefined;
  },
): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(eq(refreshTokens.id, id), eq(refreshTokens.hash, hash));
  const rotated = { hash: next, previousHash: hash, rotatedAt: at };
  const isNow = and(eq(refreshTokens.id, id), eq(refreshTokens.hash, next), eq(refreshTokens.rotatedAt, at));
  return [
    sessionMustLast(driver, sessionId, at),
    toQuery(database.update(refreshTokens).set(rotated).where(it)),
    mustFind(driver, "refresh token", database.select({ id: refreshTokens.id }).from(refreshTokens).where(isNow)),
    ...(expiresAt
      ? [toQuery(database.update(sessions).set({ expiresAt, updatedAt: at }).where(eq(sessions.id, sessionId)))]
      : []),
  ];
}

function sessionMustLast(driver: SqlDriver, sessionId: string, now: Date): SqlQuery {
  const lasting = and(eq(sessions.id, sessionId), gt(sessions.expiresAt, now));
  const select = systemDatabase(driver).select({ id: sessions.id }).from(sessions).where(lasting);
  return mustFind(driver, "session", select);
}
