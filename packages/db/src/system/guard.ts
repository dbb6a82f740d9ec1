import type { SqlDriver, SqlQuery } from "@plinth/core";
import { guardText } from "../compile/changes.ts";
import { dialectOf } from "../dialects/index.ts";
import { toQuery } from "./database.ts";

/** A statement that fails its batch under a label where a drizzle select finds nothing. */
export function mustFind(driver: SqlDriver, label: string, select: Parameters<typeof toQuery>[0]): SqlQuery {
  const dialect = dialectOf(driver);
  const { sql, params } = toQuery(select);
  const guard = dialect.guard(`exists (${sql})`, dialect.placeholder(params.length + 1));
  return { sql: guard, params: [...params, guardText(label)] };
}
