import type { SqlDriver, SqlQuery, SqlValue } from "@plinth/core";
import { and, eq, inArray, lte } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
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
  // A window that ends later than a new one would was begun before the clock was set back.
  const over = "(plinth_limits.ends_at <= ?3 or plinth_limits.ends_at > ?4)";
  const { rows } = await run(
    driver,
    `insert into plinth_limits (id, count, blocked_until, ends_at) values (?1, ?2, 0, ?4)
      on conflict (id) do update set
        count = case when ${over} then excluded.count else plinth_limits.count + excluded.count end,
        ends_at = case when ${over} then excluded.ends_at else plinth_limits.ends_at end
      returning count, ends_at`,
    [id, amount, now, now + windowMs],
  );
  const [row] = rows;
  return { count: Number(row!.count), endsAt: Number(row!.ends_at) };
}

/** Takes back what was added to the window that ends then. Where another one has begun, it was never counted there. */
export async function takeFromWindow(
  driver: SqlDriver,
  { id, amount, endsAt }: { id: string; amount: number; endsAt: number },
): Promise<void> {
  const sql = "update plinth_limits set count = count - ?2 where id = ?1 and ends_at = ?3";
  await run(driver, sql, [id, amount, endsAt]);
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
  const values = [id, after.count, after.blockedUntil, after.endsAt];
  const insert = "insert into plinth_limits (id, count, blocked_until, ends_at) values (?1, ?2, ?3, ?4)";
  const { rows } = before
    ? await run(
        driver,
        `update plinth_limits set count = ?2, blocked_until = ?3, ends_at = ?4
          where id = ?1 and count = ?5 and blocked_until = ?6 returning id`,
        [...values, before.count, before.blockedUntil],
      )
    : await run(driver, `${insert} on conflict (id) do nothing returning id`, values);
  return rows.length > 0;
}

export function deleteAttempts(driver: SqlDriver, ids: readonly string[]): SqlQuery {
  return toQuery(
    systemDatabase(driver)
      .delete(limits)
      .where(inArray(limits.id, [...ids])),
  );
}

/** Deletes counts whose time is over, at most `slice`; true: there may be more. */
export async function trimLimits(driver: SqlDriver, now: number, slice: number): Promise<boolean> {
  const database = systemDatabase(driver);
  const rows = await database.select({ id: limits.id }).from(limits).where(lte(limits.endsAt, now)).limit(slice);
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await database.delete(limits).where(and(inArray(limits.id, ids), lte(limits.endsAt, now)));
  return ids.length === slice;
}

function run(driver: SqlDriver, sql: string, params: SqlValue[]) {
  return driver.run(numbered(dialectOf(driver), sql, params));
}
