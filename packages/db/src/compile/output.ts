import { castTo, type FieldValue, type Json, type Output, type Row, type SqlRow, type SqlValue } from "@plinth/core";
import { columnOf, type Statement, type TableScope } from "./condition.ts";

/** The columns selected for computed values, and how to put those values into the row. */
export interface Outputs {
  readonly columns: { readonly name: string; readonly sql: string }[];
  /** Removes the columns from a row, and returns the values by name. */
  decode(row: SqlRow): Row;
}

export function compileOutputs(statement: Statement, scope: TableScope, outputs: readonly Output[]): Outputs {
  const parts = outputs.map((output, i) => {
    const { as, cast } = output;
    return { as, name: `__o${i}`, cast: cast && castTo(cast, as), ...compileOutput(statement, scope, output) };
  });
  return {
    columns: parts,
    decode(row) {
      const computed: Row = {};
      for (const { as, name, cast, decode } of parts) {
        const value = decode(row[name]!);
        delete row[name];
        computed[as] = (cast ? cast(value) : value) as Json;
      }
      return computed;
    },
  };
}

interface Selected {
  readonly sql: string;
  decode(value: SqlValue): FieldValue;
}

function compileOutput(statement: Statement, scope: TableScope, { ref }: Output): Selected {
  const { dialect } = statement;
  if (ref.path) {
    const sql = dialect.jsonText(columnOf(statement, scope, ref), ref.path);
    return { sql, decode: (text) => (text === null ? null : JSON.parse(text as string)) };
  }
  const decoder = dialect.decoder(ref.field);
  const sql = dialect.read(ref.field, columnOf(statement, scope, ref));
  return { sql, decode: (value) => (decoder ? decoder(value) : value) as FieldValue };
}
