import type { SqlDriver, SqlQuery } from "@plinth/core";
import { guardText } from "../compile/changes.ts";
import { dialectOf } from "../dialects/index.ts";
import { toQuery } from "./database.ts";

/** A statement that fails its batch under a label where a drizzle select finds nothing. */
export function mustFind(driver: SqlDriver, label: string, select: Parameters<typeof toQuery>[0]): SqlQuery {
  return guardOn(driver, label, "exists", select);
}

/** The same where it finds something. */
export function mustNotFind(driver: SqlDriver, label: string, select: Parameters<typeof toQuery>[0]): SqlQuery {
  return guardOn(driver, label, "not exists", select);
}

/** A select that can be cut. */
interface Limited {
  limit(count: number): { offset(count: number): Parameters<typeof toQuery>[0] };
}

/**
 * The statements that fail their batch under a label where a drizzle select finds more rows than these. Batches that count the same
 * thing, by its name, do so one after the other.
 */
export function mustFindAtMost(
  driver: SqlDriver,
  label: string,
  { most, name, rows }: { readonly most: number; readonly name: string; readonly rows: Limited },
): SqlQuery[] {
  return [...takeTurn(driver, name), mustNotFind(driver, label, rows.limit(1).offset(most))];
}

/**
 * Lets batches that name the same thing run one after the other from here to their end, so that each counts what those
 * before it have stored. Nothing where batches do so anyway.
 */
export function takeTurn(driver: SqlDriver, name: string): SqlQuery[] {
  const dialect = dialectOf(driver);
  return dialect.turn ? [{ sql: dialect.turn(dialect.placeholder(1)), params: [name] }] : [];
}

function guardOn(
  driver: SqlDriver,
  label: string,
  how: "exists" | "not exists",
  select: Parameters<typeof toQuery>[0],
): SqlQuery {
  const dialect = dialectOf(driver);
  const { sql, params } = toQuery(select);
  const guard = dialect.guard(`${how} (${sql})`, dialect.placeholder(params.length + 1));
  return { sql: guard, params: [...params, guardText(label)] };
}
