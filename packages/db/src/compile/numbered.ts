import type { SqlQuery, SqlValue } from "@plinth/core";
import type { SqlDialect } from "./dialect.ts";

/** Replaces `?1`, `?2` … in a statement with the dialect's placeholders. */
export function numbered({ placeholder }: SqlDialect, sql: string, params: readonly SqlValue[]): SqlQuery {
  return { sql: sql.replace(/\?(\d+)/g, (_, n) => placeholder(Number(n))), params };
}
