/** The migrations against the tables that drizzle knows: neither may have what the other has not. */
import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { migrate } from "@plinth/db";
import { getTableConfig } from "drizzle-orm/sqlite-core";
import { IDEMPOTENCY_KEYS } from "../src/system/idempotency.ts";
import * as schema from "../src/system/schema.ts";
import { declaredTables, readTables } from "./table-shapes.ts";

async function compare(driver: SqlDriver, changes: readonly string[]) {
  await migrate(driver, Date.now);
  expect(await readTables(driver)).toEqual(declaredTables(driver));
  for (const change of changes) {
    const before = await readTables(driver);
    await driver.run({ sql: change, params: [] });
    expect(await readTables(driver), change).not.toEqual(before);
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
  await compare(bunSqlite({ path: ":memory:" }), CHANGES);
});

test("Postgres has the tables that drizzle knows, and no others", async () => {
  await compare(memoryPglite(), [
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
