import type { Collection, SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq, inArray, is, isNotNull } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import * as schema from "../system/schema.ts";
import type { WorkspaceRow } from "./workspaces.ts";

const { collections, identityChanges, workspaces } = schema;

/** From now on the workspace cannot be restored. False: it was restored just before. */
export async function beginPurge(driver: SqlDriver, { id, purgeAt }: WorkspaceRow): Promise<boolean> {
  if (!purgeAt) return false;
  const begun = new Date(0);
  if (purgeAt.getTime() === begun.getTime()) return true;
  const it = and(eq(workspaces.id, id), isNotNull(workspaces.deletedAt), eq(workspaces.purgeAt, purgeAt));
  const { changes } = await driver.run(
    toQuery(systemDatabase(driver).update(workspaces).set({ purgeAt: begun }).where(it)),
  );
  return changes === 1;
}

/** Deletes the entries of collections, and their tables with all rows in one batch, whatever refers to them. */
export function dropCollections(driver: SqlDriver, dropped: readonly Collection[], { tables = true } = {}): SqlQuery[] {
  const ids = dropped.map(({ id }) => id);
  const drops = tables ? dialectOf(driver).dropTables(dropped.map(({ table }) => table)) : [];
  return [
    ...drops.map((sql): SqlQuery => ({ sql, params: [] })),
    toQuery(systemDatabase(driver).delete(collections).where(inArray(collections.id, ids))),
  ];
}

/**
 * Deletes at most so many rows of each of Plinth's tables, and of these. Returns how many were deleted. A row that takes others of the workspace with it
 * waits until those are gone, so that no step deletes more.
 */
export async function purgeRows(
  driver: SqlDriver,
  workspaceId: string,
  tables: readonly SQLiteTable[],
  limit: number,
): Promise<number> {
  const own = Object.values<unknown>(schema).filter((value) => is(value, SQLiteTable)) as SQLiteTable[];
  const all = [...own, ...tables];
  const queries = all.flatMap((table) => {
    const waits = all.flatMap((other) => (other === table ? [] : cascadesFrom(other, table)));
    return purgeTable(driver, table, { workspaceId, limit, waits });
  });
  const changed = toQuery(
    systemDatabase(driver).delete(identityChanges).where(eq(identityChanges.subject, workspaceId)),
  );
  const results = await driver.batch([...queries, changed]);
  return results.slice(0, -1).reduce((sum, { changes }) => sum + changes, 0);
}

/** The conditions under which rows of `table`, of the workspace `?1`, take none of `other` with them. */
function cascadesFrom(other: SQLiteTable, table: SQLiteTable): string[] {
  const { name } = getTableConfig(table);
  const { name: its, columns, foreignKeys } = getTableConfig(other);
  if (!columns.some((column) => column.name === "workspace_id")) return [];
  return foreignKeys.flatMap((key) => {
    const { columns: from, foreignColumns: to, foreignTable } = key.reference();
    if (foreignTable !== table || key.onDelete !== "cascade") return [];
    const same = from.map((column, i) => `${its}.${column.name} = ${name}.${to[i]!.name}`).join(" and ");
    return [`not exists (select 1 from ${its} where ${same} and ${its}.workspace_id = ?1)`];
  });
}

interface PurgedRows {
  readonly workspaceId: string;
  readonly limit: number;
  /** Conditions that they fulfil. */
  readonly waits: readonly string[];
}

/** Rows of a workspace name it in `workspace_id`, or refer to it otherwise. */
function purgeTable(driver: SqlDriver, table: SQLiteTable, { workspaceId, limit, waits }: PurgedRows): SqlQuery[] {
  const { name, columns, foreignKeys } = getTableConfig(table);
  const referring = foreignKeys.flatMap((key) => {
    const { columns: own, foreignTable } = key.reference();
    return foreignTable === workspaces ? own.map((column) => column.name) : [];
  });
  const named = columns.map((column) => column.name).filter((column) => column === "workspace_id");
  const dialect = dialectOf(driver);
  const row = dialect.rowAddress;
  return [...new Set([...named, ...referring])].map((column) => {
    const which = [`${name}.${column} = ?1`, ...waits].join(" and ");
    const sql = `delete from ${name} where ${row} in (select ${row} from ${name} where ${which} limit ?2)`;
    return numbered(dialect, sql, [workspaceId, limit]);
  });
}

export function removeWorkspaceQueries(driver: SqlDriver, id: string): SqlQuery[] {
  const it = and(eq(workspaces.id, id), isNotNull(workspaces.deletedAt));
  return [toQuery(systemDatabase(driver).delete(workspaces).where(it))];
}
