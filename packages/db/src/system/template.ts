import type { SqlDriver, SqlQuery, SqlValue } from "@plinth/core";
import { getTableColumns, is, Param, Placeholder, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { guardText } from "../compile/changes.ts";
import type { SqlDialect } from "../compile/dialect.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "./database.ts";
import { mustFind } from "./guard.ts";

/** What takes the place of the placeholders, by their names. */
type Values = object;

type FilledParam = (values: Values) => SqlValue;

interface BuiltStatement {
  readonly sql: string;
  readonly params: readonly FilledParam[];
}

/**
 * A statement that is built once for each dialect, with `sql.placeholder(name)` where its values go: drizzle takes longer to build one than
 * SQLite to run it.
 */
export function template<V extends Values>(
  build: (driver: SqlDriver) => SqlQuery,
): (driver: SqlDriver, values: V) => SqlQuery {
  const built = new WeakMap<SqlDialect, BuiltStatement>();
  return (driver, values) => {
    const dialect = dialectOf(driver);
    let known = built.get(dialect);
    if (!known) {
      const { sql, params } = build(driver);
      known = { sql, params: params.map(filledParam) };
      built.set(dialect, known);
    }
    return { sql: known.sql, params: known.params.map((filled) => filled(values)) };
  };
}

/** The same for `mustFind`, whose label is known only then. */
export function guardTemplate<V extends Values>(
  select: (driver: SqlDriver) => Parameters<typeof toQuery>[0],
): (driver: SqlDriver, label: string, values: V) => SqlQuery {
  const queryOf = template<V>((driver) => mustFind(driver, "", select(driver)));
  return (driver, label, values) => {
    const { sql, params } = queryOf(driver, values);
    // Its last value.
    return { sql, params: [...params.slice(0, -1), guardText(label)] };
  };
}

/** Reads whole rows of a table by such a statement. */
export function rowTemplate<T extends SQLiteTable, V extends Values>(
  table: T,
  where: () => SQL | undefined,
): (driver: SqlDriver, values: V) => Promise<T["$inferSelect"][]> {
  const queryOf = template<V>((driver) => toQuery(systemDatabase(driver).select().from(table).where(where())));
  const columns = Object.entries(getTableColumns(table));
  return async (driver, values) =>
    (await driver.all(queryOf(driver, values))).map((row) => {
      const decoded = columns.map(([key, column]) => {
        const value = row[column.name] ?? null;
        return [key, value === null ? null : column.mapFromDriverValue(value)];
      });
      return Object.fromEntries(decoded) as T["$inferSelect"];
    });
}

function filledParam(param: unknown): FilledParam {
  if (is(param, Placeholder)) return valueNamed(param.name);
  if (!is(param, Param)) return () => param as SqlValue;
  const { encoder, value } = param;
  const placed = valueNamed((value as Placeholder).name);
  return (values) => {
    const given = placed(values);
    return given === null ? null : (encoder.mapToDriverValue(given) as SqlValue);
  };
}

function valueNamed(name: string): FilledParam {
  return (values) => {
    const value = (values as Readonly<Record<string, SqlValue | undefined>>)[name];
    if (value === undefined) throw new Error(`the statement lacks a value for ${name}`);
    return value;
  };
}
