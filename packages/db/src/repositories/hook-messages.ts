import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { hookMessages } from "../system/schema.ts";

export type HookMessageRow = typeof hookMessages.$inferSelect;

/** For the batch of what the message is about. */
export function insertHookMessage(driver: SqlDriver, row: Omit<HookMessageRow, "attempts" | "dueAt">): SqlQuery {
  const values = { ...row, attempts: 0, dueAt: row.createdAt };
  return toQuery(systemDatabase(driver).insert(hookMessages).values(values));
}

/**
 * Messages that are due, which no other process sends before `leaseUntil`. None waits until after `latest`: such a time is one of
 * before the clock was set back.
 */
export async function claimHookMessages(
  driver: SqlDriver,
  { now, leaseUntil, latest, most }: { now: number; leaseUntil: number; latest: number; most: number },
): Promise<HookMessageRow[]> {
  const due = "(due_at <= ?1 or due_at > ?4)";
  const sql = `update plinth_hook_messages set due_at = ?2, attempts = attempts + 1 where ${due} and id in
    (select id from plinth_hook_messages where ${due} order by due_at limit ?3) returning *`;
  const { rows } = await driver.run(numbered(dialectOf(driver), sql, [now, leaseUntil, most, latest]));
  return rows.map((row) => ({
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    userId: String(row.user_id),
    hook: String(row.hook),
    data: String(row.data),
    attempts: Number(row.attempts),
    dueAt: Number(row.due_at),
    createdAt: Number(row.created_at),
  }));
}

/** When the next one is to be sent. */
export async function nextHookTime(driver: SqlDriver): Promise<number | undefined> {
  const text = "select min(due_at) as at from plinth_hook_messages";
  const [row] = await driver.all(numbered(dialectOf(driver), text, []));
  return row!.at === null ? undefined : Number(row!.at);
}

type ClaimedMessage = Pick<HookMessageRow, "id" | "attempts">;

/** Has the message sent again later, unless another process has claimed it meanwhile. */
export async function postponeHookMessage(driver: SqlDriver, claimed: ClaimedMessage, dueAt: number): Promise<void> {
  await driver.run(toQuery(systemDatabase(driver).update(hookMessages).set({ dueAt }).where(isClaimed(claimed))));
}

export async function deleteHookMessage(driver: SqlDriver, claimed: ClaimedMessage): Promise<void> {
  await driver.run(toQuery(systemDatabase(driver).delete(hookMessages).where(isClaimed(claimed))));
}

function isClaimed({ id, attempts }: ClaimedMessage) {
  return and(eq(hookMessages.id, id), eq(hookMessages.attempts, attempts));
}
