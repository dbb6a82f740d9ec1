import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, inArray, isNull, lte, or } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { apiKeys } from "../system/schema.ts";
import { pieces } from "./pieces.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

interface KeyRowFilter {
  /** A `user:id` or `key:id` that made or rotated it. */
  readonly seenBy?: string | undefined;
}

/** Keys that were not revoked, the oldest first; with a limit, a page of them after a key's id. */
export async function listKeyRows(
  driver: SqlDriver,
  workspaceId: string,
  { seenBy, limit, after }: KeyRowFilter & { readonly limit?: number; readonly after?: string | undefined } = {},
): Promise<ApiKeyRow[]> {
  const later = after === undefined ? undefined : gt(apiKeys.id, after);
  const rows = systemDatabase(driver)
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt), isSeenBy(seenBy), later))
    .orderBy(asc(apiKeys.id));
  return limit === undefined ? rows : rows.limit(limit);
}

function isSeenBy(actor: string | undefined) {
  return actor === undefined ? undefined : or(eq(apiKeys.createdBy, actor), eq(apiKeys.rotatedBy, actor));
}

/** Revokes the keys that this `user:id` made or rotated. */
export function revokeKeysSeenBy(driver: SqlDriver, workspaceId: string, actor: string, at: Date): SqlQuery {
  const own = and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt), isSeenBy(actor));
  return toQuery(systemDatabase(driver).update(apiKeys).set({ revokedAt: at }).where(own));
}

/** The key with this hash, or that had it before its last rotation. */
export async function findKeyByHash(driver: SqlDriver, hash: string): Promise<ApiKeyRow | undefined> {
  const [row] = await systemDatabase(driver)
    .select()
    .from(apiKeys)
    .where(or(eq(apiKeys.hash, hash), eq(apiKeys.previousHash, hash)));
  return row;
}

export async function findKey(driver: SqlDriver, workspaceId: string, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await systemDatabase(driver).select().from(apiKeys).where(isLiving(workspaceId, id));
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

/** The names of these keys, also of those that were revoked. */
export async function findKeyNames(
  driver: SqlDriver,
  workspaceId: string,
  ids: readonly string[],
): Promise<Pick<ApiKeyRow, "id" | "name">[]> {
  const { id, name } = apiKeys;
  const found = [...pieces(driver, ids)].map((piece) =>
    systemDatabase(driver)
      .select({ id, name })
      .from(apiKeys)
      .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(id, piece))),
  );
  return (await Promise.all(found)).flat();
}

/** One secret of a key: its id and the version of the secret. */
export interface KeySecret {
  readonly id: string;
  readonly version: number;
}

/** Which of these secrets still count: their keys are neither revoked nor expired. */
export async function findLivingSecrets(
  driver: SqlDriver,
  secrets: readonly KeySecret[],
  now: number,
): Promise<KeySecret[]> {
  const unexpired = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, new Date(now)));
  const versions = new Map<string, readonly [current: number, previous: number | undefined]>();
  for (const piece of pieces(driver, [...new Set(secrets.map(({ id }) => id))])) {
    const rows = await systemDatabase(driver)
      .select({ id: apiKeys.id, version: apiKeys.secretVersion, until: apiKeys.previousUntil })
      .from(apiKeys)
      .where(and(inArray(apiKeys.id, piece), isNull(apiKeys.revokedAt), unexpired));
    for (const { id, version, until } of rows) {
      versions.set(id, [version, until && until.getTime() > now ? version - 1 : undefined]);
    }
  }
  return secrets.filter(({ id, version }) => versions.get(id)?.includes(version));
}

export function insertKey(driver: SqlDriver, row: typeof apiKeys.$inferInsert): SqlQuery {
  return toQuery(systemDatabase(driver).insert(apiKeys).values(row));
}

/** The batch fails with a guard where there is no such valid key. */
export function revokeKeyQueries(driver: SqlDriver, workspaceId: string, id: string, at: Date): SqlQuery[] {
  return changeKeyQueries(driver, isLiving(workspaceId, id), { revokedAt: at });
}

/** A key's new secret, beside which the one before counts until a time; null: it counts no longer. */
export interface KeyRotation {
  readonly before: Pick<ApiKeyRow, "id" | "workspaceId" | "hash" | "secretVersion">;
  readonly hash: string;
  readonly prefix: string;
  readonly previousUntil: Date | null;
  readonly rotatedBy: string | null;
}

/** The batch fails with a guard where the key is not valid, or was rotated meanwhile. */
export function rotateKeyQueries(
  driver: SqlDriver,
  { before, hash, prefix, previousUntil, rotatedBy }: KeyRotation,
): SqlQuery[] {
  const { id, workspaceId, secretVersion } = before;
  const it = and(isLiving(workspaceId, id), eq(apiKeys.secretVersion, secretVersion));
  const previousHash = previousUntil && before.hash;
  const values = { hash, prefix, previousHash, previousUntil, rotatedBy, secretVersion: secretVersion + 1 };
  return changeKeyQueries(driver, it, values);
}

export function setKeyScope(driver: SqlDriver, id: string, scope: string): SqlQuery {
  return toQuery(systemDatabase(driver).update(apiKeys).set({ scope }).where(eq(apiKeys.id, id)));
}

/** Another server may have noted a use since `before`. */
export function noteKeyUse(driver: SqlDriver, id: string, at: Date, before: Date): SqlQuery {
  const unknown = or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, before));
  return toQuery(
    systemDatabase(driver)
      .update(apiKeys)
      .set({ lastUsedAt: at })
      .where(and(eq(apiKeys.id, id), unknown)),
  );
}

function isLiving(workspaceId: string, id: string) {
  return and(eq(apiKeys.id, id), eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt));
}

function changeKeyQueries(
  driver: SqlDriver,
  it: ReturnType<typeof and>,
  values: Partial<typeof apiKeys.$inferInsert>,
): SqlQuery[] {
  const database = systemDatabase(driver);
  return [
    mustFind(driver, "key", database.select({ id: apiKeys.id }).from(apiKeys).where(it)),
    toQuery(database.update(apiKeys).set(values).where(it)),
  ];
}
