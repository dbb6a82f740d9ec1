import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq, inArray } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { trustedIssuers } from "../system/schema.ts";
import { pieces } from "./pieces.ts";

export type TrustedIssuerRow = typeof trustedIssuers.$inferSelect;

export async function listTrustedIssuerRows(driver: SqlDriver, workspaceId: string): Promise<TrustedIssuerRow[]> {
  return systemDatabase(driver)
    .select()
    .from(trustedIssuers)
    .where(eq(trustedIssuers.workspaceId, workspaceId))
    .orderBy(asc(trustedIssuers.createdAt), asc(trustedIssuers.id));
}

/** Which of these issuers are still trusted. */
export async function findTrustedIssuers(driver: SqlDriver, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const piece of pieces(driver, ids)) {
    const rows = await systemDatabase(driver)
      .select({ id: trustedIssuers.id })
      .from(trustedIssuers)
      .where(inArray(trustedIssuers.id, piece));
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

export function insertTrustedIssuer(driver: SqlDriver, row: TrustedIssuerRow): SqlQuery {
  return toQuery(systemDatabase(driver).insert(trustedIssuers).values(row));
}

/** The batch fails with a guard where the workspace has no such issuer. */
export function deleteTrustedIssuerQueries(driver: SqlDriver, workspaceId: string, id: string): SqlQuery[] {
  const it = and(eq(trustedIssuers.id, id), eq(trustedIssuers.workspaceId, workspaceId));
  const database = systemDatabase(driver);
  return [
    mustFind(driver, "issuer", database.select({ id: trustedIssuers.id }).from(trustedIssuers).where(it)),
    toQuery(database.delete(trustedIssuers).where(it)),
  ];
}

/** Changes which claims of an issuer's tokens count, and which roles they may give. */
export function setIssuerClaims(driver: SqlDriver, id: string, claims: string): SqlQuery {
  return toQuery(systemDatabase(driver).update(trustedIssuers).set({ claims }).where(eq(trustedIssuers.id, id)));
}
