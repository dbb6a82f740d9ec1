/**
 * Before a statement of a transaction changes a page, SQLite copies it, to take the statement back if it fails. 64 KB of
 * copies stay in memory; beyond that, they go to a temporary file until the transaction ends. An item with some indexes
 * and its line in the change log comes to that, so that an insert among others costs twice as much as with all copies in
 * memory. Transactions of few rows have them there: `temp_store` decides it when the transaction begins. Sorting, which
 * may need much, uses files as before.
 */
import type { BatchWork } from "./group-commit.ts";
import { isByKey } from "./read-placement.ts";
import { readOnce } from "./sqlite-reader.ts";
import type { Prepare } from "./sqlite-statement.ts";
import { statementCache } from "./statement-cache.ts";

/** The statements of a batch that are undone together: some megabytes of copies at most. */
const FEW = 64;
const CHANGES_ONE = /^\s*(?:insert|update)\b/i;
/** Other deletions may go on to rows that refer to the row: users add such fields at any time. */
const DELETES_OWN = /^\s*delete from "?(plinth_\w+)"?\s/i;
const READS = /^\s*select\b/i;

interface SmallWriteOptions {
  readonly prepare: Prepare;
  exec(sql: string): void;
  /** Begins a transaction. */
  begin(): void;
}

/** Begins the transaction of some batches. */
export function smallWrites({ prepare, exec, begin }: SmallWriteOptions) {
  const known = statementCache({ prepare: (sql) => READS.test(sql) || changesOne(prepare, sql) });
  const isSmall = ({ queries }: Pick<BatchWork, "queries">): boolean =>
    queries.length <= FEW && queries.every(({ sql }) => known.get(sql));
  return (batches: readonly Pick<BatchWork, "queries">[]): void => {
    const inMemory = batches.every(isSmall);
    if (inMemory) exec("pragma temp_store = memory");
    try {
      begin();
    } finally {
      if (inMemory) exec("pragma temp_store = default");
    }
  };
}

/** Whether it inserts, changes or deletes at most one row. */
function changesOne(prepare: Prepare, sql: string): boolean {
  const own = DELETES_OWN.exec(sql)?.[1];
  if (own === undefined && !CHANGES_ONE.test(sql)) return false;
  try {
    if (own !== undefined && isReferredTo(prepare, own)) return false;
    return isByKey(prepare, readOnce(prepare, `explain query plan ${sql}`));
  } catch {
    // A table that the batch makes first, or a mistake that the write itself reports.
    return false;
  }
}

function isReferredTo(prepare: Prepare, table: string): boolean {
  const sql = `select 1 from sqlite_schema s join pragma_foreign_key_list(s.name) f
    where s.type = 'table' and f."table" = ?1 collate nocase limit 1`;
  return readOnce(prepare, sql, [table]).length > 0;
}
