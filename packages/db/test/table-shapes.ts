/** Reads the tables that an engine has, and those that drizzle knows, in one form. */
import type { SqlDriver } from "@plinth/core";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import * as schema from "../src/system/schema.ts";
import type { Table } from "../src/tables.ts";

export interface TableShape {
  /** The type, and whether null is allowed. */
  columns: Record<string, string>;
  primaryKey: string;
  unique: string[];
  indexes: Record<string, string>;
  references: string[];
}

export type TableShapes = Record<string, TableShape>;

/** Differences of an engine; the dialect's `system.ts` has the reasons. */
interface Engine {
  readonly read: (driver: SqlDriver) => Promise<TableShapes>;
  readonly types: { readonly image: string; readonly sequence: string };
  /** The primary key of the tables in the log's order. */
  readonly logKey: string;
  /** Tables and columns that it has no need for. */
  readonly absent: readonly string[];
}

const ENGINES: Readonly<Record<string, Engine>> = {
  sqlite: {
    read: onSqlite,
    types: { image: "text", sequence: "integer" },
    logKey: "seq",
    absent: ["plinth_changes.xid"],
  },
  postgres: {
    read: onPostgres,
    types: { image: "jsonb", sequence: "bigint" },
    logKey: "xid,seq",
    absent: ["plinth_change_origin"],
  },
};

/** Plinth's own tables in the driver's database. */
export function readTables(driver: SqlDriver): Promise<TableShapes> {
  return ENGINES[driver.dialect]!.read(driver);
}

/** Plinth's tables and these, as they have to be in the driver's database. */
export function declaredTables(driver: SqlDriver, tables: readonly Table[] = []): TableShapes {
  const own = Object.values<unknown>(schema).filter((value) => is(value, SQLiteTable));
  return declared([...own, ...tables], ENGINES[driver.dialect]!);
}

function declared(tables: readonly Table[], { types, logKey, absent }: Engine): TableShapes {
  return Object.fromEntries(
    tables.map(getTableConfig).flatMap((config): [string, TableShape][] => {
      const { name } = config;
      if (absent.includes(name)) return [];
      const keyed = config.columns.filter((column) => column.primary).map((column) => column.name);
      const [compound] = config.primaryKeys;
      const primaryKey = compound ? compound.columns.map((column) => column.name) : keyed;
      const inLogOrder = config.columns.some((column) => column.getSQLType() === "sequence");
      const columns = config.columns.filter((column) => !absent.includes(`${name}.${column.name}`));
      const unique = config.uniqueConstraints.map((one) => one.columns.map((column) => column.name).join(","));
      const table: TableShape = {
        columns: Object.fromEntries(
          columns.map((column) => {
            const type = column.getSQLType();
            return [column.name, typed(types[type as keyof typeof types] ?? type, column.notNull)];
          }),
        ),
        primaryKey: inLogOrder ? logKey : primaryKey.join(","),
        unique: [...unique, ...columns.filter(({ isUnique }) => isUnique).map((column) => column.name)].sort(),
        indexes: Object.fromEntries(
          config.indexes.map(({ config: index }) => [
            index.name,
            index.columns.map((column) => ("name" in column ? column.name : "")).join(","),
          ]),
        ),
        references: config.foreignKeys
          .map((key) => {
            const { columns: own, foreignTable, foreignColumns } = key.reference();
            const to = `${getTableConfig(foreignTable).name}.${foreignColumns[0]!.name}`;
            return `${own[0]!.name} → ${to}, ${key.onDelete ?? "no action"}`;
          })
          .sort(),
      };
      return [[name, table]];
    }),
  );
}

function typed(type: string, notNull: boolean): string {
  return `${type.toLowerCase()}${notNull ? " not null" : ""}`;
}

type Row = Record<string, string | number>;

const all = async (driver: SqlDriver, sql: string) => (await driver.all({ sql, params: [] })) as Row[];

async function onSqlite(driver: SqlDriver): Promise<TableShapes> {
  const tables: TableShapes = {};
  for (const { name } of await all(
    driver,
    "select name from sqlite_schema where type = 'table' and name like 'plinth%'",
  )) {
    const columns = await all(driver, `select * from pragma_table_info('${name}')`);
    const listed = await all(driver, `select * from pragma_index_list('${name}')`);
    const indexes = await Promise.all(
      listed.map(async (index) => {
        const parts = await all(driver, `select name from pragma_index_info('${index.name}') order by seqno`);
        return { ...index, columns: parts.map((part) => part.name).join(",") } as Row;
      }),
    );
    const keys = await all(driver, `select * from pragma_foreign_key_list('${name}')`);
    tables[name!] = {
      // A key that is SQLite's rowid is never null, but is not declared so.
      columns: Object.fromEntries(columns.map((c) => [c.name, typed(String(c.type), c.notnull === 1 || c.pk !== 0)])),
      primaryKey: columns
        .filter((c) => c.pk !== 0)
        .sort((a, b) => Number(a.pk) - Number(b.pk))
        .map((c) => c.name)
        .join(","),
      unique: indexes
        .filter((index) => index.unique === 1 && index.origin !== "pk")
        .map((index) => String(index.columns))
        .sort(),
      indexes: Object.fromEntries(indexes.filter((i) => i.unique === 0).map((i) => [i.name, String(i.columns)])),
      references: keys.map((k) => `${k.from} → ${k.table}.${k.to}, ${String(k.on_delete).toLowerCase()}`).sort(),
    };
  }
  return tables;
}

const columnsOf = (table: string, numbers: string) =>
  `array_to_string(array(select a.attname from unnest(${numbers}) with ordinality k(n, o)
    join pg_attribute a on a.attrelid = ${table} and a.attnum = k.n order by o), ',')`;

async function onPostgres(driver: SqlDriver): Promise<TableShapes> {
  const columns = await all(
    driver,
    "select table_name, column_name, data_type, is_nullable from information_schema.columns where table_name like 'plinth%'",
  );
  const indexes = await all(
    driver,
    `select t.relname as table_name, i.relname as name, x.indisunique::int as is_unique, x.indisprimary::int as is_primary,
      ${columnsOf("t.oid", "x.indkey")} as columns
      from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
      where t.relname like 'plinth%'`,
  );
  const keys = await all(
    driver,
    `select conrelid::regclass::text as table_name, ${columnsOf("conrelid", "conkey")} as own,
      confrelid::regclass::text || '.' || ${columnsOf("confrelid", "confkey")} as target,
      case confdeltype when 'c' then 'cascade' when 'a' then 'no action' else confdeltype::text end as on_delete
      from pg_constraint where contype = 'f'`,
  );
  const names = [...new Set(columns.map((column) => String(column.table_name)))];
  return Object.fromEntries(
    names.map((name): [string, TableShape] => {
      const ofTable = (rows: Row[]) => rows.filter((row) => row.table_name === name);
      const own = ofTable(indexes);
      return [
        name,
        {
          columns: Object.fromEntries(
            ofTable(columns).map((c) => [c.column_name, typed(String(c.data_type), c.is_nullable === "NO")]),
          ),
          primaryKey: String(own.find((index) => index.is_primary === 1)?.columns ?? ""),
          unique: own
            .filter((index) => index.is_unique === 1 && index.is_primary === 0)
            .map((index) => String(index.columns))
            .sort(),
          indexes: Object.fromEntries(own.filter((i) => i.is_unique === 0).map((i) => [i.name, String(i.columns)])),
          references: ofTable(keys)
            .map((k) => `${k.own} → ${k.target}, ${k.on_delete}`)
            .sort(),
        },
      ];
    }),
  );
}
