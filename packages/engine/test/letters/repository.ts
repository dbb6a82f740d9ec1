import type { SqlDriver } from "@plinth/core";
import { asc, database, eq, statement } from "@plinth/db/tables";
import { letters } from "./tables.ts";

export async function insertLetter(driver: SqlDriver, workspaceId: string, item: string, at: number): Promise<void> {
  const sql = "insert into plinth_letters (workspace_id, item, at) values (?1, ?2, ?3)";
  await driver.run(statement(driver, sql, [workspaceId, item, at]));
}

export async function listLetters(driver: SqlDriver, workspaceId: string) {
  const { item, sentAt } = letters;
  const own = eq(letters.workspaceId, workspaceId);
  return database(driver).select({ item, sentAt }).from(letters).where(own).orderBy(asc(letters.seq));
}

/** Whether there were any. */
export async function markSent(driver: SqlDriver, now: number): Promise<boolean> {
  const sql = "update plinth_letters set sent_at = ?1 where sent_at is null";
  return (await driver.run(statement(driver, sql, [now]))).changes > 0;
}
