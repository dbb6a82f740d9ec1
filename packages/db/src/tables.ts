import type { SqlDriver, SqlQuery, SqlValue } from "@plinth/core";
import { numbered } from "./compile/numbered.ts";
import { dialectOf } from "./dialects/index.ts";

/**
 * What a feature declares its tables with, and reads and writes them by: docs/decisions/013-tables-of-features.md. It
 * holds what is the same on every engine; the rest comes from the dialect, as a migration's argument.
 */
export {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  not,
  or,
  sql,
} from "drizzle-orm";
export {
  index,
  integer,
  primaryKey,
  type SQLiteTable as Table,
  sqliteTable as table,
  text,
  unique,
} from "drizzle-orm/sqlite-core";
export { beginConsumer, deleteIdleConsumers } from "./changelog/consumers.ts";
export { isAmong } from "./repositories/among.ts";
export { insertMissing } from "./repositories/insert-rows.ts";
export { lookedAtAgain } from "./repositories/looked-at-again.ts";
export { pieces } from "./repositories/pieces.ts";
export { bigint, booleanColumn, inLogOrder, instant } from "./system/columns.ts";
export { systemDatabase as database, toQuery } from "./system/database.ts";
export { mustFind, mustFindAtMost, takeTurn } from "./system/guard.ts";
export type { Migration } from "./system/migrations/migration.ts";
export { jobs, jobTriggers, ofCollection, ofUser, ofWorkspace, users } from "./system/schema.ts";
export { guardTemplate, rowTemplate, template } from "./system/template.ts";

/** Follows a subquery that claims rows, so that processes that claim at once do not wait for each other. */
export function skipLocked(driver: SqlDriver): string {
  return dialectOf(driver).skipLocked;
}

/** A handwritten statement: `?1`, `?2` … stand for the parameters. */
export function statement(driver: SqlDriver, text: string, params: readonly SqlValue[]): SqlQuery {
  return numbered(dialectOf(driver), text, params);
}
