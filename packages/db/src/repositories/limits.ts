import type { SqlDriver } from "@plinth/core";
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import { systemDatabase } from "../system/database.ts";
import { limits } from "../system/schema.ts";

export interface CountWindow {
  readonly count: number;
  readonly endsAt: number;
}

/** Adds to a count that starts anew when its window has ended; returns it as it is then, for all servers. */
export async function addToWindow(
  driver: SqlDriver,
  { id, amount, now, windowMs }: { id: string; amount: number; now: number; windowMs: number },
): Promise<CountWindow> {
  const endsAt = now + windowMs;
  // A window that ends later than a new one would was begun before the clock was set back.
  const over = sql`(${limits.endsAt} <= ${now} or ${limits.endsAt} > ${endsAt})`;
  const [row] = await systemDatabase(driver)
    .insert(limits)
    .values({ id, count: amount, blockedUntil: 0, endsAt })
    .onConflictDoUpdate({
      target: limits.id,
      set: {
        count: sql`case when ${over} then ${amount} else ${limits.count} + ${amount} end`,
        endsAt: sql`case when ${over} then ${endsAt} else ${limits.endsAt} end`,
      },
    })
    .returning({ count: limits.count, endsAt: limits.endsAt });
  return { count: Number(row!.count), endsAt: Number(row!.endsAt) };
}

/** What is counted of attempts that a wait follows. */
export interface AttemptCount extends CountWindow {
  readonly blockedUntil: number;
}

export async function findAttempts(driver: SqlDriver, id: string): Promise<AttemptCount | undefined> {
  const [row] = await systemDatabase(driver).select().from(limits).where(eq(limits.id, id));
  return row && { count: Number(row.count), blockedUntil: Number(row.blockedUntil), endsAt: Number(row.endsAt) };
}

/** Stores a new count in place of the one that was read. False: another server was faster. */
export async function replaceAttempts(
  driver: SqlDriver,
  id: string,
  before: AttemptCount | undefined,
  after: AttemptCount,
): Promise<boolean> {
  const unchanged = before
    ? and(eq(limits.count, before.count), eq(limits.blockedUntil, before.blockedUntil))
    : sql`1 = 0`;
  const rows = await systemDatabase(driver)
    .insert(limits)
    .values({ id, ...after })
    .onConflictDoUpdate({ target: limits.id, set: { ...after }, setWhere: unchanged! })
    .returning({ id: limits.id });
  return rows.length > 0;
}

export async function deleteAttempts(driver: SqlDriver, ids: readonly string[]): Promise<void> {
  await systemDatabase(driver)
    .delete(limits)
    .where(inArray(limits.id, [...ids]));
}

/** Deletes counts whose time is over, at most `slice`; true: there may be more. */
export async function trimLimits(driver: SqlDriver, now: number, slice: number): Promise<boolean> {
  const database = systemDatabase(driver);
  const rows = await database.select({ id: limits.id }).from(limits).where(lte(limits.endsAt, now)).limit(slice);
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await database.delete(limits).where(and(inArray(limits.id, ids), lte(limits.endsAt, now)));
  return ids.length === slice;
}
