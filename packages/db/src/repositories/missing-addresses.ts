import { type Collection, type SqlDriver, type SqlQuery, toCollection } from "@plinth/core";
import { and, like } from "drizzle-orm";
import { createTriggers, dropTriggers } from "../changelog/triggers.ts";
import { quote, type SqlDialect } from "../compile/dialect.ts";
import { schemaTimeLimit } from "../compile/isolation.ts";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { addColumn, dropColumn, indexesOf } from "../schema/ddl.ts";
import { systemDatabase } from "../system/database.ts";
import { collections } from "../system/schema.ts";
import { changeCollectionQueries, collectionFromRow, definitionOf, findCollection } from "./collections.ts";
import { bumpRevision } from "./workspaces.ts";

const ADDRESS = "email";

/**
 * Collections of users from when each had an address, whose column refuses to be empty, get one that may be. Several
 * instances may do so at once.
 */
export async function allowMissingAddresses(driver: SqlDriver): Promise<void> {
  const rows = await systemDatabase(driver)
    .select()
    .from(collections)
    .where(and(like(collections.tableName, "u_%"), like(collections.definition, `%"${ADDRESS}"%"required":true%`)));
  for (const before of rows.map(collectionFromRow).filter(needsAddress)) {
    await driver.batch(queriesFor(driver, before)).catch(async (error: unknown) => {
      // Another instance was faster.
      const now = await findCollection(driver, before.id);
      if (now && needsAddress(now)) throw error;
    });
  }
}

function needsAddress({ system, byName }: Collection): boolean {
  return system === "users" && byName.get(ADDRESS)?.required === true;
}

function queriesFor(driver: SqlDriver, before: Collection): SqlQuery[] {
  const dialect = dialectOf(driver);
  const { id, workspaceId, table, createdAt, version, added } = before;
  const definition = definitionOf(before);
  const fields = definition.fields.map(({ required, ...field }) =>
    field.name === ADDRESS || required === undefined ? field : { ...field, required },
  );
  const identity = { id, workspaceId, table, createdAt, version: version + 1, ...(added && { added }) };
  const after = toCollection({ ...definition, fields }, identity);
  return [
    ...schemaTimeLimit(dialect),
    bumpRevision(driver, workspaceId),
    ...changeCollectionQueries(driver, before, after, replacedColumn(dialect, before, after)),
  ];
}

/** No engine but Postgres lets a column become nullable. The values are the accounts' anyway. */
function replacedColumn(dialect: SqlDialect, before: Collection, after: Collection): SqlQuery[] {
  const plain = (sql: string): SqlQuery => ({ sql, params: [] });
  const table = quote(after.table);
  const address = quote(ADDRESS);
  const values = `update ${table} set ${address} = (select u.email from plinth_users u
    where u.workspace_id = ?1 and ${dialect.uuidIn("u.id")} = ${table}."id")`;
  return [
    ...indexesOf(dialect, before).map(({ name }) => plain(`drop index if exists ${quote(name)}`)),
    ...dropTriggers(dialect, before),
    ...dropColumn(before, before.byName.get(ADDRESS)!),
    ...addColumn(dialect, after, after.byName.get(ADDRESS)!, () => after),
    numbered(dialect, values, [after.workspaceId]),
    ...createTriggers(dialect, after),
    ...indexesOf(dialect, after).map(({ sql }) => plain(sql)),
  ];
}
