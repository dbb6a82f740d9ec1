import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { SqlRow, SqlValue } from "@plinth/core";
import { mayHaveLostDigits, narrowIntegers } from "./sqlite-integers.ts";
import type { Prepare } from "./sqlite-statement.ts";

export function bunStatements(database: Database): Prepare {
  return (sql, wide) => {
    const statement = database.prepare<SqlRow, SQLQueryBindings[]>(sql);
    if (wide) statement.safeIntegers(true);
    return {
      returns: statement.columnNames.length > 0,
      all(params) {
        const rows = statement.all(byPosition(params));
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
