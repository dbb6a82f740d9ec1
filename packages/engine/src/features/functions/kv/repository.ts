import type { SqlDriver, SqlQuery, SqlRow } from "@plinth/core";
import { and, database, eq, mustFindAtMost, statement } from "@plinth/db/tables";
import { functionValues } from "./tables.ts";

/** The values of one function, or those of a name that several share. */
export interface ValueSpace {
  readonly workspaceId: string;
  readonly space: string;
  readonly functionId: string | null;
}

/** A value to be stored. */
export interface NewValue {
  readonly key: string;
  readonly value: string;
  readonly number: number | null;
  readonly expiresAt: number | null;
  readonly now: number;
}

const LIVE = "(expires_at is null or expires_at > cast(?4 as bigint))";
const EXPIRED = "plinth_functions_kv.expires_at <= cast(?4 as bigint)";
/** `?1` to `?3`: which value. */
const IS_IT = "workspace_id = ?1 and space = ?2 and key = ?3";
const INSERT = `insert into plinth_functions_kv
    (workspace_id, space, key, updated_at, function_id, value, number, expires_at, version)
  values (?1, ?2, ?3, cast(?4 as bigint), ?5, ?6, cast(?7 as bigint), cast(?8 as bigint), cast(?4 as bigint))
  on conflict (workspace_id, space, key)`;
const NEXT_VERSION = "case when version < cast(?4 as bigint) then cast(?4 as bigint) else version + 1 end";
const REPLACED = `value = excluded.value, number = excluded.number, expires_at = excluded.expires_at,
  updated_at = excluded.updated_at,
  version = case when plinth_functions_kv.version < excluded.version then excluded.version
    else plinth_functions_kv.version + 1 end`;

function valuesOf({ workspaceId, space, functionId }: ValueSpace, { key, value, number, expiresAt, now }: NewValue) {
  return [workspaceId, space, key, now, functionId, value, number, expiresAt];
}

export async function findValue(
  driver: SqlDriver,
  { workspaceId, space }: ValueSpace,
  key: string,
  now: number,
): Promise<SqlRow | undefined> {
  const sql = `select key, value, version, expires_at from plinth_functions_kv where ${IS_IT} and ${LIVE}`;
  return (await driver.all(statement(driver, sql, [workspaceId, space, key, now])))[0];
}

/** In the order of their keys: those that begin with the prefix, after `after`. */
export async function listValues(
  driver: SqlDriver,
  { workspaceId, space }: ValueSpace,
  { from, after, below, limit, now }: ValuePage,
): Promise<readonly SqlRow[]> {
  const sql = `select key, value, version, expires_at from plinth_functions_kv where workspace_id = ?1 and space = ?2
    and key >= ?3 and ${LIVE} and key < ?5 and key > ?6 order by key limit ?7`;
  return driver.all(statement(driver, sql, [workspaceId, space, from, now, below, after, limit]));
}

export interface ValuePage {
  /** The first key that may be listed, and the first that may not. */
  readonly from: string;
  readonly below: string;
  readonly after: string;
  readonly limit: number;
  readonly now: number;
}

/** Changes a value that is there; returns its version. Undefined: there is none, or not with this version. */
export async function updateValue(
  driver: SqlDriver,
  space: ValueSpace,
  made: NewValue,
  version: number | undefined,
): Promise<number | undefined> {
  const sql = `update plinth_functions_kv set value = ?6, number = cast(?7 as bigint), expires_at = cast(?8 as bigint),
      updated_at = cast(?4 as bigint), version = ${NEXT_VERSION}
    where ${IS_IT} and ${LIVE} and (cast(?9 as bigint) is null or version = cast(?9 as bigint))
      and (cast(?5 as text) is null or function_id = ?5) returning version`;
  const { rows } = await driver.run(statement(driver, sql, [...valuesOf(space, made), version ?? null]));
  return rows[0] && Number(rows[0].version);
}

/**
 * The statements that store a value: the first one returns its version. `onlyNew`: it returns nothing where there is one. The batch fails under
 * the label where the space then has more than `most`.
 */
export function insertValueQueries(
  driver: SqlDriver,
  space: ValueSpace,
  made: NewValue,
  { onlyNew, most, label }: { readonly onlyNew: boolean; readonly most: number; readonly label: string },
): SqlQuery[] {
  const sql = `${INSERT} do update set ${REPLACED} ${onlyNew ? `where ${EXPIRED}` : ""} returning version`;
  return [statement(driver, sql, valuesOf(space, made)), ...mustBeFew(driver, space, most, label)];
}

const SUM = "plinth_functions_kv.number + cast(?5 as bigint)";

/** Adds to a number that is there, and returns the sum. Undefined: there is none. */
export async function addToValue(
  driver: SqlDriver,
  { workspaceId, space }: ValueSpace,
  { key, number, now }: Pick<NewValue, "key" | "now"> & { readonly number: number },
): Promise<number | undefined> {
  const sql = `update plinth_functions_kv set number = ${SUM}, value = cast(${SUM} as text),
      updated_at = cast(?4 as bigint), version = ${NEXT_VERSION}
    where ${IS_IT} and ${LIVE} and number is not null and ${isSafe(SUM)} returning number`;
  const { rows } = await driver.run(statement(driver, sql, [workspaceId, space, key, now, number]));
  return rows[0] && Number(rows[0].number);
}

const isSafe = (sum: string): string => `${sum} between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`;

/** The same for a number, which is added to the one that is there; the first one returns the sum. */
export function addNumberQueries(
  driver: SqlDriver,
  space: ValueSpace,
  made: NewValue & { readonly number: number },
  { most, label }: { readonly most: number; readonly label: string },
): SqlQuery[] {
  const sum = "plinth_functions_kv.number + excluded.number";
  const fits = `plinth_functions_kv.number is not null and ${isSafe(sum)}`;
  const either = (fresh: string, further: string) => `case when ${EXPIRED} then ${fresh} else ${further} end`;
  const sql = `${INSERT} do update set number = ${either("excluded.number", sum)},
      value = ${either("excluded.value", `cast(${sum} as text)`)},
      expires_at = ${either("excluded.expires_at", "plinth_functions_kv.expires_at")},
      updated_at = excluded.updated_at, version = case when plinth_functions_kv.version < excluded.version
        then excluded.version else plinth_functions_kv.version + 1 end
    where ${EXPIRED} or (${fits}) returning number`;
  return [statement(driver, sql, valuesOf(space, made)), ...mustBeFew(driver, space, most, label)];
}

function mustBeFew(driver: SqlDriver, { workspaceId, space }: ValueSpace, most: number, label: string): SqlQuery[] {
  const own = and(eq(functionValues.workspaceId, workspaceId), eq(functionValues.space, space));
  const rows = database(driver).select({ key: functionValues.key }).from(functionValues).where(own);
  return mustFindAtMost(driver, label, { most, name: `values ${workspaceId} ${space}`, rows });
}

/** Returns whether it was there, with this version. */
export async function deleteValue(
  driver: SqlDriver,
  { workspaceId, space }: ValueSpace,
  key: string,
  { version, now }: { readonly version: number | undefined; readonly now: number },
): Promise<boolean> {
  const sql = `delete from plinth_functions_kv where ${IS_IT} and ${LIVE}
    and (cast(?5 as bigint) is null or version = cast(?5 as bigint))`;
  const { changes } = await driver.run(statement(driver, sql, [workspaceId, space, key, now, version ?? null]));
  return changes > 0;
}

/** Deletes some values of a function; returns whether there may be more. */
export async function deleteValuesOf(driver: SqlDriver, functionId: string, most: number): Promise<boolean> {
  const sql = `delete from plinth_functions_kv where function_id = ?1
    and key in (select key from plinth_functions_kv where function_id = ?1 order by key limit ?2)`;
  return (await driver.run(statement(driver, sql, [functionId, most]))).changes === most;
}

/** Deletes some values that have expired; returns whether there may be more. */
export async function trimValues(driver: SqlDriver, now: number, most: number): Promise<boolean> {
  const sql = `delete from plinth_functions_kv where (workspace_id, space, key) in
    (select workspace_id, space, key from plinth_functions_kv where expires_at <= ?1 order by expires_at limit ?2)
    and expires_at <= ?1`;
  return (await driver.run(statement(driver, sql, [now, most]))).changes === most;
}
