import { type Collection, DOCUMENT_COLUMN, type Row, type SqlRow } from "@plinth/core";
import { columnsOf, idColumn, quoted } from "./columns.ts";
import { quote } from "./dialect.ts";
import { kept } from "./kept.ts";

/** A write's `returning` clause, for whole rows or their ids, and how to read the result. */
export interface Returning {
  readonly sql: string;
  readonly decode: (row: SqlRow) => Row;
}

export function returningId(collection: Collection): Returning {
  return { sql: ` returning ${idColumn(collection)} as "id"`, decode: (row) => row as Row };
}

export const returningOf = kept((dialect, collection: Collection): Returning => {
  const columns = columnsOf(collection);
  // Not qualified: SQLite allows no alias here.
  const list = columns.map((field) => `${dialect.read(field, quoted(field))} as ${quote(field.name)}`);
  const decoders = columns.map((field) => [field.name, dialect.decoder(field)] as const);
  const decode = (row: SqlRow): Row => {
    const out: Row = {};
    for (const [name, decoder] of decoders) {
      const value = decoder ? decoder(row[name]!) : row[name];
      if (name === DOCUMENT_COLUMN && collection.kind === "document") Object.assign(out, value);
      else out[name] = value as Row[string];
    }
    return out;
  };
  return { sql: ` returning ${list.join(", ")}`, decode };
});
