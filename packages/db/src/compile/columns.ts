import { type Collection, DOCUMENT_FIELD, type Field, type Row } from "@plinth/core";

/** The physical columns of a collection's table, in order. */
export function columnsOf(collection: Collection): Field[] {
  const fields = [...collection.stored.values()];
  return collection.kind === "document" ? [fields[0]!, DOCUMENT_FIELD, ...fields.slice(1)] : fields;
}

/** What of a row lives in the document column. */
export function documentOf(collection: Collection, row: Row): Row {
  const document: Row = {};
  for (const key of Object.keys(row)) if (!collection.byName.has(key)) document[key] = row[key]!;
  return document;
}
