/** Compares the migrations with drizzle's tables: neither may have anything that the other lacks. */
import { expect, test } from "bun:test";
import { pglite } from "@plinth/adapters-postgres/pglite";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { migrate } from "@plinth/db";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { IDEMPOTENCY_KEYS } from "../src/system/idempotency.ts";
import * as schema from "../src/system/schema.ts";

interface Table {
  /** The type, and whether null is allowed. */
  columns: Record<string, string>;
  primaryKey: string;
  unique: string[];
  indexes: Record<string, string>;
  references: string[];
}

type Tables = Record<string, Table>;

/** Differences of an engine; the dialect's `system.ts` has the reasons. */
interface Differences {
  types: { image: string; sequence: string };
  /** The primary key of tables that are ordered by log position. */
  logKey: string;
  absent: readonly string[];
}

const LOGS = ["plinth_changes", "plinth_messages"];

function declared({ types, logKey, absent }: Differences): Tables {
  const tables = Object.values<unknown>(schema).filter((value) => is(value, SQLiteTable));
  return Object.fromEntries(
    tables.map(getTableConfig).flatMap((config): [string, Table][] => {
      const { name } = config;
      if (absent.includes(name)) return [];
      const keyed = config.columns.filter((column) => column.primary).map((column) => column.name);
      const [compound] = config.primaryKeys;
      const primaryKey = compound ? compound.columns.map((column) => column.name) : keyed;
      const columns = config.columns.filter((column) => !absent.includes(`${name}.${column.name}`));
      const unique = config.uniqueConstraints.map((one) => one.columns.map((column) => column.name).join(","));
      const table: Table = {
        columns: Object.fromEntries(
          columns.map((column) => {
            const type = column.getSQLType();
            return [column.name, typed(types[type as keyof typeof types] ?? type, column.notNull)];
          }),
        ),
        primaryKey: LOGS.includes(name) ? logKey : primaryKey.join(","),
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

async function onSqlite(driver: SqlDriver): Promise<Tables> {
  const tables: Tables = {};
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

async function onPostgres(driver: SqlDriver): Promise<Tables> {
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
    names.map((name): [string, Table] => {
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

async function compare(driver: SqlDriver, read: typeof onSqlite, differences: Differences, changes: readonly string[]) {
  await migrate(driver, Date.now);
  expect(await read(driver)).toEqual(declared(differences));
  for (const change of changes) {
    const before = await read(driver);
    await driver.run({ sql: change, params: [] });
    expect(await read(driver), change).not.toEqual(before);
  }
  await driver.close?.();
}

/** Each of these makes the comparison fail. */
const CHANGES = [
  "create table plinth_extra (id text)",
  "alter table plinth_users add column extra text",
  "create index plinth_users_extra on plinth_users (name)",
  "drop index plinth_sessions_user",
  "create unique index plinth_roles_extra on plinth_roles (description)",
  "alter table plinth_users add column friend text references plinth_users (id)",
];

test("SQLite has the tables that drizzle knows, and no others", async () => {
  const types = { image: "text", sequence: "integer" };
  const absent = ["plinth_changes.xid"];
  await compare(bunSqlite({ path: ":memory:" }), onSqlite, { types, logKey: "seq", absent }, CHANGES);
});

test("Postgres has the tables that drizzle knows, and no others", async () => {
  const types = { image: "jsonb", sequence: "bigint" };
  const absent = ["plinth_change_origin"];
  await compare(pglite({ memory: true }), onPostgres, { types, logKey: "xid,seq", absent }, [
    ...CHANGES,
    "alter table plinth_users alter column name drop not null",
    "alter table plinth_users alter column name type varchar",
    "alter table plinth_settings drop constraint plinth_settings_pkey",
  ]);
});

test("idempotency keys have the same columns as a collection and as a table", () => {
  const { columns } = getTableConfig(schema.idempotency);
  expect(columns.map(({ name }) => name).sort()).toEqual([...IDEMPOTENCY_KEYS.byName.keys()].sort());
});
