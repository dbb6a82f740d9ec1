import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, desc, eq } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase } from "../system/database.ts";
import { agreements } from "../system/schema.ts";

export type AgreementRow = typeof agreements.$inferSelect;

/** The newest first. */
export async function listAgreementRows(driver: SqlDriver, userId: string): Promise<AgreementRow[]> {
  return systemDatabase(driver)
    .select()
    .from(agreements)
    .where(eq(agreements.userId, userId))
    .orderBy(desc(agreements.agreedAt));
}

export async function findAgreement(
  driver: SqlDriver,
  userId: string,
  version: string,
): Promise<AgreementRow | undefined> {
  const it = and(eq(agreements.userId, userId), eq(agreements.version, version));
  const [row] = await systemDatabase(driver).select().from(agreements).where(it);
  return row;
}

/** The first time counts. */
export function insertAgreement(driver: SqlDriver, { userId, version, url, agreedAt }: AgreementRow): SqlQuery {
  // drizzle writes the target's columns with their table, which Postgres refuses.
  const sql = `insert into plinth_agreements (user_id, version, url, agreed_at) values (?1, ?2, ?3, ?4)
    on conflict (user_id, version) do nothing`;
  return numbered(dialectOf(driver), sql, [userId, version, url, agreedAt.getTime()]);
}
