import { type Collection, DOCUMENT_COLUMN, type Row, type SqlRow } from "@plinth/core";
import { columnsOf } from "./columns.ts";
import { quote, type SqlDialect } from "./dialect.ts";

/** A write's `returning` clause, for whole rows or their ids, and how they are read. */
export interface Returning {
  readonly sql: string;
  readonly decode: (row: SqlRow) => Row;
}

const known = { sqlite: new WeakMap<Collection, Returning>(), postgres: new WeakMap<Collection, Returning>() };

export const RETURNING_ID: Returning = { sql: ' returning "id"', decode: (row) => row as Row };

export function returningOf(dialect: SqlDialect, collection: Collection): Returning {
  let returning = known[dialect.name].get(collection);
  if (!returning) {
    returning = make(dialect, collection);
    known[dialect.name].set(collection, returning);
  }
  return returning;
}

function make(dialect: SqlDialect, collection: Collection): Returning {
  const columns = columnsOf(collection);
  // Not qualified: SQLite knows no alias in this place.
  const list = columns.map((field) => `${dialect.read(field, quote(field.name))} as ${quote(field.name)}`);
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
}
