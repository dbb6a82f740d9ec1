import type { SqlDriver, SqlQuery } from "@plinth/core";
import { getTableColumns } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** Of a statement's rows, as JSON: engines limit the size of a parameter. A longer row has a statement of its own. */
const MOST_CHARS = 500_000;

/**
 * The statements that store rows. One that is stored already stays as it is. Rows are one parameter: hosts limit parameters, and
 * the statements of a request.
 */
export function insertMissing<T extends SQLiteTable>(
  driver: SqlDriver,
  table: T,
  rows: readonly T["$inferSelect"][],
): SqlQuery[] {
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => ({
    key: key as keyof T["$inferSelect"],
    name: column.name,
    isText: column.dataType === "string",
  }));
  const groups: string[][] = [];
  let chars = MOST_CHARS;
  for (const row of rows) {
    const text = JSON.stringify(columns.map(({ key }) => row[key]));
    if (chars + text.length > MOST_CHARS) {
      groups.push([]);
      chars = 0;
    }
    groups.at(-1)!.push(text);
    chars += text.length;
  }
  const dialect = dialectOf(driver);
  const values = columns.map(({ isText }, at) => (isText ? `value ->> ${at}` : `cast(value ->> ${at} as bigint)`));
  // Without a condition SQLite takes `on` for that of a join.
  const insert = `insert into ${getTableConfig(table).name} (${columns.map(({ name }) => name).join(", ")})
    select ${values.join(", ")} from ${dialect.jsonElements("?1")} where true on conflict do nothing`;
  return groups.map((group) => numbered(dialect, insert, [`[${group.join(",")}]`]));
}
