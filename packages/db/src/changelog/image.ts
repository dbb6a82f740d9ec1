import { type Collection, columnName, DOCUMENT_COLUMN, type Json, type JsonObject, lookup } from "@plinth/core";
import { columnsOf } from "../compile/columns.ts";
import type { SqlDialect } from "../compile/dialect.ts";
import { kept } from "../compile/kept.ts";

type Decode = (value: Json) => Json;

const plain: Decode = (value) => value;

const decodersOf = kept((dialect, collection: Collection) =>
  columnsOf(collection).map((field): readonly [name: string, column: string, decode: Decode] => [
    field.name,
    columnName(field),
    dialect.log.imageDecoder(field) ?? plain,
  ]),
);

/**
 * The wire form of a logged row under the current definition: without fields that were removed since `version`, and
 * with the defaults that existing items got for fields added since.
 */
export function decodeImage(dialect: SqlDialect, collection: Collection, text: string, version: number): JsonObject {
  const parsed = JSON.parse(text) as JsonObject | JsonObject[];
  const image: JsonObject = Array.isArray(parsed) ? Object.assign({}, ...parsed) : parsed;
  const row: JsonObject = {};
  for (const [name, column, decode] of decodersOf(dialect, collection)) {
    const added = collection.added && lookup(collection.added, name);
    if (added && version < added.version) {
      row[name] = added.value;
      continue;
    }
    const value = lookup(image, column) ?? null;
    const decoded = value === null ? null : decode(value);
    if (name === DOCUMENT_COLUMN && collection.kind === "document") Object.assign(row, decoded);
    else row[name] = decoded;
  }
  return row;
}
