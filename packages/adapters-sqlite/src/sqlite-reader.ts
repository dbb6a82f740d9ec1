import type { SqlQuery, SqlRow } from "@plinth/core";
import type { Prepare } from "./sqlite-statement.ts";
import { statementCache } from "./statement-cache.ts";

const EXPLAINS = /^\s*explain\b/i;

/** Reads over one connection. */
export interface SqliteReader {
  read(query: SqlQuery): SqlRow[];
  clear(): void;
}

export function sqliteReader(prepare: Prepare): SqliteReader {
  const cache = (wide: boolean) =>
    statementCache({ prepare: (sql) => prepare(sql, wide), drop: (statement) => statement.drop?.() });
  const narrow = cache(false);
  const wide = cache(true);
  return {
    read({ sql, params, maxBytes }) {
      if (EXPLAINS.test(sql)) return readOnce(prepare, sql, params);
      return narrow.get(sql).all(params, maxBytes) ?? wide.get(sql).all(params, maxBytes) ?? [];
    },
    clear() {
      narrow.clear();
      wide.clear();
    },
  };
}

/** Bun leaves an `explain` open after its last row, and open statements lock their tables. */
export function readOnce(prepare: Prepare, sql: string, params: SqlQuery["params"] = []): SqlRow[] {
  const statement = prepare(sql, false);
  try {
    return statement.all(params) ?? [];
  } finally {
    statement.drop?.();
  }
}
