import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, lt, lte, ne, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { signingKeys } from "../system/schema.ts";

export type SigningKeyRow = typeof signingKeys.$inferSelect;

export async function findSigningKey(driver: SqlDriver, id: string): Promise<SigningKeyRow | undefined> {
  const [row] = await systemDatabase(driver).select().from(signingKeys).where(eq(signingKeys.id, id));
  return row;
}

/** The oldest first. */
export async function listSigningKeyRows(driver: SqlDriver, workspaceId: string): Promise<SigningKeyRow[]> {
  return systemDatabase(driver)
    .select()
    .from(signingKeys)
    .where(eq(signingKeys.workspaceId, workspaceId))
    .orderBy(asc(signingKeys.createdAt), asc(signingKeys.id));
}

/** Keys that have signed for long and have no successor, those that have waited, and those that verify no longer. */
export async function findDueSigningKeys(
  driver: SqlDriver,
  {
    activatedBefore,
    createdBefore,
    now,
    limit,
  }: { activatedBefore: Date; createdBefore: Date; now: Date; limit: number },
): Promise<SigningKeyRow[]> {
  return systemDatabase(driver)
    .select()
    .from(signingKeys)
    .where(
      or(
        // A shared secret is known to others, who must agree to a new one.
        and(
          eq(signingKeys.state, "current"),
          lt(signingKeys.activatedAt, activatedBefore),
          ne(signingKeys.alg, "HS256"),
          sql`not exists (select 1 from plinth_signing_keys n
            where n.workspace_id = ${signingKeys.workspaceId} and n.state = 'next')`,
        ),
        and(eq(signingKeys.state, "next"), lt(signingKeys.createdAt, createdBefore)),
        and(eq(signingKeys.state, "retired"), lte(signingKeys.verifiesUntil, now)),
      ),
    )
    .orderBy(asc(signingKeys.createdAt))
    .limit(limit);
}

export function insertSigningKey(driver: SqlDriver, row: typeof signingKeys.$inferInsert): SqlQuery {
  return toQuery(systemDatabase(driver).insert(signingKeys).values(row));
}

/** Nothing happens where the workspace has a key in this state; its lock must be held. */
export function insertSigningKeyIfNone(driver: SqlDriver, row: SigningKeyRow): SqlQuery {
  const { id, workspaceId, createdAt, alg, state, publicJwk, secret, activatedAt } = row;
  const values = sql`select ${id}, ${workspaceId}, ${createdAt.getTime()}, ${alg}, ${state}, ${publicJwk}, ${secret},
    ${activatedAt?.getTime() ?? null}, null, null where not exists
    (select 1 from plinth_signing_keys where workspace_id = ${workspaceId} and state = ${state})`;
  return toQuery(systemDatabase(driver).insert(signingKeys).select(values));
}

/** Makes the key that waits the one that signs. The batch fails with a guard where the key waits no longer. */
export function activateSigningKeyQueries(
  driver: SqlDriver,
  { workspaceId, id, at, verifiesUntil }: { workspaceId: string; id: string; at: Date; verifiesUntil: Date },
): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(eq(signingKeys.id, id), eq(signingKeys.workspaceId, workspaceId), eq(signingKeys.state, "next"));
  return [
    mustFind(driver, "signing key", database.select({ id: signingKeys.id }).from(signingKeys).where(it)),
    retireCurrent(driver, workspaceId, at, verifiesUntil),
    toQuery(database.update(signingKeys).set({ state: "current", activatedAt: at }).where(it)),
  ];
}

/** The key that signs verifies for some time still. */
export function retireCurrent(driver: SqlDriver, workspaceId: string, at: Date, verifiesUntil: Date): SqlQuery {
  return toQuery(
    systemDatabase(driver)
      .update(signingKeys)
      .set({ state: "retired", retiredAt: at, verifiesUntil })
      .where(and(eq(signingKeys.workspaceId, workspaceId), eq(signingKeys.state, "current"))),
  );
}

/** The batch fails with a guard where the workspace has no such key, or this one signs. */
export function deleteSigningKeyQueries(driver: SqlDriver, workspaceId: string, id: string): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(eq(signingKeys.id, id), eq(signingKeys.workspaceId, workspaceId), ne(signingKeys.state, "current"));
  return [
    mustFind(driver, "signing key", database.select({ id: signingKeys.id }).from(signingKeys).where(it)),
    toQuery(database.delete(signingKeys).where(it)),
  ];
}

/** A key that waits, for which another is made. */
export function deleteWaitingSigningKey(driver: SqlDriver, workspaceId: string): SqlQuery {
  return toQuery(
    systemDatabase(driver)
      .delete(signingKeys)
      .where(and(eq(signingKeys.workspaceId, workspaceId), eq(signingKeys.state, "next"))),
  );
}
