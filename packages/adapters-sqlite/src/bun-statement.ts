import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { SqlRow, SqlValue } from "@plinth/core";
import { mayHaveLostDigits, narrowIntegers } from "./sqlite-integers.ts";
import { collect, type Prepare } from "./sqlite-statement.ts";

export function bunStatements(database: Database): Prepare {
  return (sql, wide) => {
    const statement = database.prepare<SqlRow, SQLQueryBindings[]>(sql);
    if (wide) statement.safeIntegers(true);
    return {
      returns: statement.columnNames.length > 0,
      all(params, maxBytes) {
        const bound = byPosition(params);
        const rows = maxBytes === undefined ? statement.all(bound) : collect(statement.iterate(bound), maxBytes);
        if (wide) return narrowIntegers(rows);
        return mayHaveLostDigits(rows) ? undefined : rows;
      },
      run: (params) => Number(statement.run(byPosition(params)).changes),
      drop: () => statement.finalize(),
    };
  };
}

/**
 * An array as the only argument is bound by position, which saves spreading it; the module's types do not declare it.
 */
const byPosition = (params: readonly SqlValue[]) => params as unknown as SQLQueryBindings;
