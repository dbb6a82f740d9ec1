import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, inArray, isNull, or } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { apiKeys } from "../system/schema.ts";
import { pieces } from "./pieces.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** Keys that were not revoked. */
export async function listKeyRows(driver: SqlDriver, workspaceId: string): Promise<ApiKeyRow[]> {
  return systemDatabase(driver)
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt)))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
}

export async function findKeyByHash(driver: SqlDriver, hash: string): Promise<ApiKeyRow | undefined> {
  const [row] = await systemDatabase(driver).select().from(apiKeys).where(eq(apiKeys.hash, hash));
  return row;
}

export async function findKeyById(driver: SqlDriver, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await systemDatabase(driver).select().from(apiKeys).where(eq(apiKeys.id, id));
  return row;
}

export async function findKeyName(driver: SqlDriver, id: string): Promise<string | undefined> {
  const [row] = await systemDatabase(driver).select({ name: apiKeys.name }).from(apiKeys).where(eq(apiKeys.id, id));
  return row?.name;
}

/** Which of these keys are neither revoked nor expired. */
export async function findLivingKeys(driver: SqlDriver, ids: readonly string[], now: number): Promise<string[]> {
  const unexpired = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, new Date(now)));
  const living: string[] = [];
  for (const piece of pieces(driver, ids)) {
    const rows = await systemDatabase(driver)
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(inArray(apiKeys.id, piece), isNull(apiKeys.revokedAt), unexpired));
    living.push(...rows.map(({ id }) => id));
  }
  return living;
}

export function insertKey(driver: SqlDriver, row: typeof apiKeys.$inferInsert): SqlQuery {
  return toQuery(systemDatabase(driver).insert(apiKeys).values(row));
}

/** The batch fails with a guard where there is no such valid key. */
export function revokeKeyQueries(driver: SqlDriver, workspaceId: string, id: string, at: Date): SqlQuery[] {
  const it = and(eq(apiKeys.id, id), eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt));
  const database = systemDatabase(driver);
  return [
    mustFind(driver, "key", database.select({ id: apiKeys.id }).from(apiKeys).where(it)),
    toQuery(database.update(apiKeys).set({ revokedAt: at }).where(it)),
  ];
}
