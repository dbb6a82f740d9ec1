/** Writes beside Plinth: SQL as another program would send it. */
import type { SqlValue } from "@plinth/core";
import type { RequestContext } from "../plinth.ts";
import type { LiveOperation } from "./case.ts";

export async function writeRaw(ctx: RequestContext, operation: LiveOperation & { do: "raw" }): Promise<void> {
  const { driver, catalog } = ctx;
  const collection = catalog.collections.get(operation.collection);
  const [field, value] = operation.set ?? [];
  if (!collection || (field !== undefined && !collection.stored.has(field))) return;
  const where = operation.id === undefined ? "1 = 1" : `id = ${literal(operation.id)}`;
  const table = `"${collection.table}"`;
  const sql = operation.remove
    ? `delete from ${table} where ${where}`
    : `update ${table} set "${field}" = ${literal(value as SqlValue | boolean, driver.dialect)} where ${where}`;
  await driver.run({ sql, params: [] });
}

function literal(value: SqlValue | boolean, dialect?: string): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return dialect === "sqlite" ? String(Number(value)) : String(value);
  return typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
}
