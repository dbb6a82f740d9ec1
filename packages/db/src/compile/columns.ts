import { type Collection, columnName, DOCUMENT_FIELD, type Field, isSystemField, OWNER, type Row } from "@plinth/core";
import { quote, type SqlDialect } from "./dialect.ts";

/** The physical columns of a collection's table, in order. */
export function columnsOf(collection: Collection): Field[] {
  const fields = [...collection.stored.values()];
  return collection.kind === "document" ? [fields[0]!, DOCUMENT_FIELD, ...fields.slice(1)] : fields;
}

export function quoted(field: Field): string {
  return quote(columnName(field));
}

/** The column that holds the ids of a collection's items. */
export function idColumn({ columns }: Collection): string {
  return quote(columns.id);
}

/** The id that the column of a reference holds, or null. An owner's is a text. */
export function referencedId(dialect: SqlDialect, reference: Field, column: string): string {
  return reference === OWNER ? dialect.uuidIn(column) : column;
}

/** The part of a row that is stored in the document column. */
export function documentOf(collection: Collection, row: Row): Row {
  const document: Row = {};
  for (const key of Object.keys(row)) if (isDocumentKey(collection, key)) document[key] = row[key]!;
  return document;
}

export function isDocumentKey({ byName }: Collection, name: string): boolean {
  return !byName.has(name) && !isSystemField(name);
}
