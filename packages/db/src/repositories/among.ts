import type { SqlDriver } from "@plinth/core";
import { type Column, type SQL, sql } from "drizzle-orm";
import { dialectOf } from "../dialects/index.ts";

const PARAM = "?";

/** Whether a column of texts has one of these values, however many there are: they are one parameter. An index on it is used. */
export function isAmong(driver: SqlDriver, column: Column, values: readonly string[]): SQL {
  const [before = "", after = ""] = dialectOf(driver).jsonElements(PARAM).split(PARAM);
  const list = JSON.stringify(values.map((value) => [value]));
  return sql`${column} in (select value ->> 0 from ${sql.raw(before)}${list}${sql.raw(after)})`;
}
