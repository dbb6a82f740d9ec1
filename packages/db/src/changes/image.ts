import {
  type Collection,
  DOCUMENT_COLUMN,
  type Field,
  type Json,
  type JsonObject,
  own,
  type SqlDialectName,
  storageOf,
} from "@plinth/core";
import { columnsOf } from "../sql/columns.ts";
import { literal, quote, type SqlDialect } from "../sql/dialect.ts";
import { postgres } from "../sql/postgres.ts";
import { sqlite } from "../sql/sqlite.ts";

/** A row as the log keeps it, and back to wire form. */

/** D1 takes 32 arguments a function, so a wide row is a list of objects. */
const COLUMNS_AN_OBJECT = 15;

/** SQLite: the row `new` or `old` of a trigger as JSON text. */
export function imageOf(collection: Collection, row: "new" | "old"): string {
  const pairs = columnsOf(collection).map((field) => `${literal(field.name)}, ${imageColumn(field, row)}`);
  const objects: string[] = [];
  for (let from = 0; from < pairs.length; from += COLUMNS_AN_OBJECT) {
    objects.push(`json_object(${pairs.slice(from, from + COLUMNS_AN_OBJECT).join(", ")})`);
  }
  return objects.length === 1 ? objects[0]! : `'[' || ${objects.join(" || ',' || ")} || ']'`;
}

function imageColumn(field: Field, row: string): string {
  const column = `${row}.${quote(field.name)}`;
  // Older engines print 15 digits of a double, which is not enough to read the same one back.
  if (storageOf(field) === "double") return `iif(${column} is null, null, printf('%!.17g', ${column}))`;
  // What a JSON function made is still marked as JSON within the statement, and would go in as a part and not as a text.
  if (sqlite.columnType(field) === "text") return `${column} || ''`;
  return sqlite.read(field, column);
}

type Decode = (value: Json) => Json;

const plain: Decode = (value) => value;

/** What stands in an image, in wire form; never called with null. */
function decoderOf(dialect: SqlDialect, field: Field): Decode {
  if (dialect.name === "sqlite") {
    if (storageOf(field) === "double") return Number;
    return (sqlite.decoder(field) as Decode | undefined) ?? plain;
  }
  // `to_jsonb` spells times in the session's zone; JSON is JSON already.
  if (storageOf(field) === "timestamp") return (value) => new Date(value as string).toISOString();
  if (storageOf(field) === "json") return plain;
  return (postgres.decoder(field) as Decode | undefined) ?? plain;
}

type Decoders = readonly (readonly [name: string, decode: Decode])[];

const known: Record<SqlDialectName, WeakMap<Collection, Decoders>> = {
  sqlite: new WeakMap(),
  postgres: new WeakMap(),
};

function decodersOf(dialect: SqlDialect, collection: Collection): Decoders {
  let decoders = known[dialect.name].get(collection);
  if (!decoders) {
    decoders = columnsOf(collection).map((field) => [field.name, decoderOf(dialect, field)]);
    known[dialect.name].set(collection, decoders);
  }
  return decoders;
}

/**
 * The wire form of a row in the log, as the collection is now: fields that have gone since `version` are left out, and
 * fields that have come since are what the items that were there got.
 */
export function decodeImage(dialect: SqlDialect, collection: Collection, text: string, version: number): JsonObject {
  const parsed = JSON.parse(text) as JsonObject | JsonObject[];
  const image: JsonObject = Array.isArray(parsed) ? Object.assign({}, ...parsed) : parsed;
  const row: JsonObject = {};
  for (const [name, decode] of decodersOf(dialect, collection)) {
    const added = collection.added && own(collection.added, name);
    if (added && version < added.version) {
      row[name] = added.value;
      continue;
    }
    const value = own(image, name) ?? null;
    const decoded = value === null ? null : decode(value);
    if (name === DOCUMENT_COLUMN && collection.kind === "document") Object.assign(row, decoded);
    else row[name] = decoded;
  }
  return row;
}
