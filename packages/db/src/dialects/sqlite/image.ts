import { type Collection, columnName, type Field, storageOf } from "@plinth/core";
import { columnsOf, quoted } from "../../compile/columns.ts";
import { literal, type SqlDialect } from "../../compile/dialect.ts";

/** D1 allows 32 arguments for a function, so a wide row is a list of objects. */
const COLUMNS_AN_OBJECT = 15;

/** The row `new` or `old` of a trigger as JSON text, as the log stores it. */
export function sqliteImage(dialect: SqlDialect, collection: Collection, row: "new" | "old"): string {
  const pairs = columnsOf(collection).map(
    (field) => `${literal(columnName(field))}, ${imageColumn(dialect, field, row)}`,
  );
  const objects: string[] = [];
  for (let from = 0; from < pairs.length; from += COLUMNS_AN_OBJECT) {
    objects.push(`json_object(${pairs.slice(from, from + COLUMNS_AN_OBJECT).join(", ")})`);
  }
  return objects.length === 1 ? objects[0]! : `'[' || ${objects.join(" || ',' || ")} || ']'`;
}

function imageColumn(dialect: SqlDialect, field: Field, row: string): string {
  const column = `${row}.${quoted(field)}`;
  // Older engines print 15 digits of a double, too few to read the same one back.
  if (storageOf(field) === "double") return `iif(${column} is null, null, printf('%!.17g', ${column}))`;
  // The result of a JSON function is still typed as JSON within the statement, and would be nested as JSON, not as
  // text.
  if (dialect.columnType(field) === "text") return `${column} || ''`;
  return dialect.read(field, column);
}
