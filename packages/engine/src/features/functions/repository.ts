import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  count,
  database,
  desc,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  lt,
  mustFind,
  mustFindAtMost,
  ne,
  statement,
  toQuery,
} from "@plinth/db/tables";
import { functionSecrets, functions, functionVersions } from "./tables.ts";

export type FunctionRow = typeof functions.$inferSelect;
export type VersionRow = typeof functionVersions.$inferSelect;
export type SecretRow = typeof functionSecrets.$inferSelect;

const named = (workspaceId: string, name: string) =>
  and(eq(functions.workspaceId, workspaceId), eq(functions.name, name));

export async function findFunction(
  driver: SqlDriver,
  workspaceId: string,
  name: string,
): Promise<FunctionRow | undefined> {
  return (await database(driver).select().from(functions).where(named(workspaceId, name)))[0];
}

/** Those that are asked before writes, in the order of their names. */
export function listHookRows(driver: SqlDriver, workspaceId: string): Promise<FunctionRow[]> {
  return database(driver)
    .select()
    .from(functions)
    .where(and(eq(functions.workspaceId, workspaceId), isNotNull(functions.writeHooks)))
    .orderBy(asc(functions.name));
}

/** In the order of their names. */
export function listFunctionRows(driver: SqlDriver, workspaceId: string) {
  const active = and(
    eq(functionVersions.functionId, functions.id),
    eq(functionVersions.version, functions.activeVersion),
  );
  return database(driver)
    .select({ ...getTableColumns(functions), settings: functionVersions.settings })
    .from(functions)
    .innerJoin(functionVersions, active)
    .where(eq(functions.workspaceId, workspaceId))
    .orderBy(asc(functions.name));
}

/** In their order. */
export async function listFunctionNames(driver: SqlDriver, workspaceId: string): Promise<string[]> {
  const { name } = functions;
  const rows = database(driver).select({ name }).from(functions).where(eq(functions.workspaceId, workspaceId));
  return (await rows.orderBy(asc(name))).map((row) => row.name);
}

export async function findVersion(
  driver: SqlDriver,
  functionId: string,
  version: number,
): Promise<VersionRow | undefined> {
  const wanted = and(eq(functionVersions.functionId, functionId), eq(functionVersions.version, version));
  return (await database(driver).select().from(functionVersions).where(wanted))[0];
}

/** The newest first, without their sources. */
export function listVersionRows(driver: SqlDriver, functionId: string) {
  const { version, settings, createdAt } = functionVersions;
  return database(driver)
    .select({ version, settings, createdAt })
    .from(functionVersions)
    .where(eq(functionVersions.functionId, functionId))
    .orderBy(desc(version));
}

export function insertFunction(driver: SqlDriver, row: FunctionRow): SqlQuery {
  return toQuery(database(driver).insert(functions).values(row));
}

export function insertVersion(driver: SqlDriver, row: VersionRow): SqlQuery {
  return toQuery(database(driver).insert(functionVersions).values(row));
}

/** The statements that fail their batch under the label where the function is gone. */
export function activateVersion(
  driver: SqlDriver,
  { id, activeVersion, writeHooks, updatedAt }: Pick<FunctionRow, "id" | "activeVersion" | "writeHooks" | "updatedAt">,
  label: string,
): SqlQuery[] {
  const it = eq(functions.id, id);
  return [
    toQuery(database(driver).update(functions).set({ activeVersion, writeHooks, updatedAt }).where(it)),
    mustFind(driver, label, database(driver).select({ id: functions.id }).from(functions).where(it)),
  ];
}

/** Deletes versions up to this one, but not the one that answers. */
export function deleteOldVersions(driver: SqlDriver, functionId: string, upTo: number, active: number): SqlQuery {
  const { version } = functionVersions;
  const old = and(eq(functionVersions.functionId, functionId), lt(version, upTo + 1), ne(version, active));
  return toQuery(database(driver).delete(functionVersions).where(old));
}

export function deleteFunctionQuery(driver: SqlDriver, id: string): SqlQuery {
  return toQuery(database(driver).delete(functions).where(eq(functions.id, id)));
}

export async function countFunctions(driver: SqlDriver, workspaceId: string): Promise<number> {
  const found = await database(driver)
    .select({ n: count() })
    .from(functions)
    .where(eq(functions.workspaceId, workspaceId));
  return Number(found[0]!.n);
}

/** The statements that fail their batch under the label where a workspace then has more functions. */
export function mustHaveFewFunctions(driver: SqlDriver, workspaceId: string, most: number, label: string): SqlQuery[] {
  const rows = database(driver)
    .select({ id: functions.id })
    .from(functions)
    .where(eq(functions.workspaceId, workspaceId));
  return mustFindAtMost(driver, label, { most, name: `functions ${workspaceId}`, rows });
}

export function listSecretRows(driver: SqlDriver, functionId: string): Promise<SecretRow[]> {
  return database(driver)
    .select()
    .from(functionSecrets)
    .where(eq(functionSecrets.functionId, functionId))
    .orderBy(asc(functionSecrets.name));
}

/** The same by the function's name. */
export function listSecretRowsNamed(driver: SqlDriver, workspaceId: string, name: string): Promise<SecretRow[]> {
  const it = database(driver).select({ id: functions.id }).from(functions).where(named(workspaceId, name));
  return database(driver)
    .select()
    .from(functionSecrets)
    .where(inArray(functionSecrets.functionId, it))
    .orderBy(asc(functionSecrets.name));
}

export function putSecretQuery(driver: SqlDriver, row: SecretRow): SqlQuery {
  const { functionId, name, workspaceId, value, updatedAt } = row;
  // Drizzle names the columns of the conflict with their table, which Postgres refuses.
  const sql = `insert into plinth_functions_secrets (function_id, name, workspace_id, value, updated_at)
    values (?1, ?2, ?3, ?4, ?5)
    on conflict (function_id, name) do update set value = excluded.value, updated_at = excluded.updated_at`;
  return statement(driver, sql, [functionId, name, workspaceId, value, updatedAt]);
}

export function deleteSecretQuery(driver: SqlDriver, functionId: string, name: string): SqlQuery {
  const it = and(eq(functionSecrets.functionId, functionId), eq(functionSecrets.name, name));
  return toQuery(database(driver).delete(functionSecrets).where(it));
}

/** Deletes some of the runs before this time that an earlier version has stored; returns whether there may be more. */
export async function trimFormerRuns(driver: SqlDriver, before: number, most: number): Promise<boolean> {
  const { changes } = await driver.run(
    statement(
      driver,
      "delete from plinth_functions_runs where id in (select id from plinth_functions_runs where created_at < ?1 order by created_at limit ?2)",
      [before, most],
    ),
  );
  return changes === most;
}
