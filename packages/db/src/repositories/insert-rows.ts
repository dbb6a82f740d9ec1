import type { SqlDriver, SqlQuery } from "@plinth/core";
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** Of a statement's rows, as JSON: engines limit the size of a parameter. A longer row has a statement of its own. */
export const MOST_CHARS = 500_000;

interface StoredColumn {
  /** Of a row. */
  readonly key: string;
  readonly name: string;
  readonly isText: boolean;
}

/** How rows are stored that are one parameter, `?1` unless named, as hosts limit parameters and the statements of a request. */
export interface RowsAsJson<T extends SQLiteTable> {
  readonly columns: readonly StoredColumn[];
  /** An `insert` with its `select`; what follows begins with a condition: without one SQLite takes `on` for that of a join. */
  insert(driver: SqlDriver, param?: string): string;
  jsonOf(row: T["$inferSelect"]): string;
}

export function rowsAsJson<T extends SQLiteTable>(table: T): RowsAsJson<T> {
  const columns = Object.entries(getTableColumns(table)).map(([key, { name, dataType }]) => ({
    ...{ key, name, isText: dataType === "string" },
  }));
  const names = columns.map(({ name }) => name).join(", ");
  const values = columns
    .map(({ isText }, at) => (isText ? `value ->> ${at}` : `cast(value ->> ${at} as bigint)`))
    .join(", ");
  return {
    columns,
    insert: (driver, param = "?1") => `insert into ${getTableName(table)} (${names})
    select ${values} from ${dialectOf(driver).jsonElements(param)}`,
    jsonOf: (row) => JSON.stringify(columns.map(({ key }) => (row as Record<string, unknown>)[key])),
  };
}

/** The statements that store rows. One that is stored already stays as it is. */
export function insertMissing<T extends SQLiteTable>(
  driver: SqlDriver,
  table: T,
  rows: readonly T["$inferSelect"][],
): SqlQuery[] {
  const { insert, jsonOf } = rowsAsJson(table);
  const groups: string[][] = [];
  let chars = MOST_CHARS;
  for (const row of rows) {
    const text = jsonOf(row);
    if (chars + text.length > MOST_CHARS) {
      groups.push([]);
      chars = 0;
    }
    groups.at(-1)!.push(text);
    chars += text.length;
  }
  const statement = `${insert(driver)} where true on conflict do nothing`;
  return groups.map((group) => numbered(dialectOf(driver), statement, [`[${group.join(",")}]`]));
}
