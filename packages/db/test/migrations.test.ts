import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DataError, DEFAULT_WORKSPACE_ID, type SqlDriver } from "@plinth/core";
import { migrate } from "@plinth/db";
import { postgresSystem } from "../src/dialects/postgres/system.ts";
import { sqliteSystem } from "../src/dialects/sqlite/system.ts";
import { MIGRATIONS } from "../src/system/migrations/index.ts";

const run = (driver: SqlDriver, sql: string) => driver.run({ sql, params: [] });

test("a database that a newer Plinth has migrated is left as it is", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  await driver.run({
    sql: "create table plinth_migrations (id text not null primary key, applied_at bigint)",
    params: [],
  });
  await driver.run({
    sql: "insert into plinth_migrations values ('0001_foundation', 0), ('9999_later', 0)",
    params: [],
  });
  await expect(migrate(driver, Date.now)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("A newer Plinth has migrated this database (9999_later)"),
  });
  expect(await driver.all({ sql: "select name from sqlite_schema where type = 'table'", params: [] })).toHaveLength(1);
  await driver.close?.();
});

test("a new database is made in one batch, and by one migration after another where that is refused", async () => {
  const make = async (refuses: boolean) => {
    const real = bunSqlite({ path: ":memory:" });
    const batches: number[] = [];
    const batch: SqlDriver["batch"] = async (queries) => {
      batches.push(queries.length);
      if (refuses && batches.length === 2) throw new DataError("busy");
      return real.batch(queries);
    };
    const applied = await migrate({ ...real, batch }, Date.now);
    const ledger = await real.all({ sql: "select id from plinth_migrations order by rowid", params: [] });
    const schema = await real.all({ sql: "select type, name, sql from sqlite_schema order by 1, 2", params: [] });
    await real.close?.();
    return { batches: batches.length, applied, ledger: ledger.map(({ id }) => id as string), schema };
  };
  const ids = MIGRATIONS.map(({ id }) => id);
  const together = await make(false);
  expect(together).toMatchObject({ batches: 2, applied: ids, ledger: ids });
  expect(await make(true)).toEqual({ ...together, batches: 3 + ids.length });
});

test("what a host has refused in one batch is not sent so again", async () => {
  const real = bunSqlite({ path: ":memory:" });
  /** A request in which no more statements are allowed once a batch was too large. */
  const limited = (most: number) => {
    const sizes: number[] = [];
    const batch: SqlDriver["batch"] = async (queries) => {
      sizes.push(queries.length);
      if (sizes.some((size) => size > most)) throw new DataError("unavailable");
      return real.batch(queries);
    };
    return { ...real, batch };
  };
  await expect(migrate(limited(100), Date.now)).rejects.toThrow();
  expect(await migrate(limited(100), Date.now)).toEqual(MIGRATIONS.map(({ id }) => id));
  await real.close?.();
});

test("no migration takes away what servers of the version before read, as they go on during a deployment", () => {
  const takesAway = /\b(?:drop (?:table|column)|rename (?:to|column)|alter column)\b/i;
  const found = MIGRATIONS.filter(({ statements }) =>
    [sqliteSystem, postgresSystem].some((system) => statements(system).some((sql) => takesAway.test(sql))),
  );
  // No version that was released had that table.
  expect(found.map(({ id }) => id)).toEqual(["0027_token_settings"]);
});

test("relations of earlier tables can be checked late, and those of foreign tables are left alone", async () => {
  const driver = memoryPglite();
  await migrate(driver, Date.now);
  await run(driver, "delete from plinth_migrations where id = '0005_deferrable_references'");
  for (const name of ["own", "foreign"]) {
    await run(driver, `create table "${name}" (id int primary key, parent int references "${name}" (id))`);
  }
  await run(
    driver,
    `insert into plinth_collections (id, workspace_id, slug, kind, definition, version, table_name, created_at)
      values ('c', '${DEFAULT_WORKSPACE_ID}', 'own', 'managed', '{}', 1, 'own', 0)`,
  );

  expect(await migrate(driver, Date.now)).toEqual(["0005_deferrable_references"]);

  const constraints = await driver.all({
    sql: "select conname, condeferrable, condeferred from pg_constraint where conname in ('own_parent_fkey', 'foreign_parent_fkey') order by 1",
    params: [],
  });
  expect(constraints).toEqual([
    { conname: "foreign_parent_fkey", condeferrable: false, condeferred: false },
    { conname: "own_parent_fkey", condeferrable: true, condeferred: false },
  ]);
  await driver.close?.();
});

test.each([
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres", memoryPglite],
] as const)("the administrators of the default workspace become the operators on %s", async (_, open) => {
  const driver = open();
  await migrate(driver, Date.now);
  await run(driver, "drop table plinth_operators");
  await run(driver, "delete from plinth_migrations where id = '0006_operators'");
  await run(
    driver,
    "insert into plinth_workspaces (id, slug, name, revision, created_at) values ('other', 'other', 'Other', 1, 0)",
  );
  for (const [id, workspace, role] of [
    ["runs", DEFAULT_WORKSPACE_ID, "admin"],
    ["edits", DEFAULT_WORKSPACE_ID, "editor"],
    ["elsewhere", "other", "admin"],
  ]) {
    await run(
      driver,
      `insert into plinth_users (id, workspace_id, name, email, email_verified, created_at, updated_at)
          values ('${id}', '${workspace}', '${id}', '${id}', 0, 7, 7)`,
    );
    await run(driver, `insert into plinth_user_roles values ('${workspace}', '${id}', '${role}')`);
  }

  expect(await migrate(driver, Date.now)).toEqual(["0006_operators"]);

  const rows = await driver.all({ sql: "select user_id, created_at from plinth_operators", params: [] });
  expect(rows.map(({ user_id, created_at }) => [user_id, Number(created_at)])).toEqual([["runs", 7]]);
  await driver.close?.();
});

test.each([
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres", memoryPglite],
] as const)(
  "settings of stored collections are spelled in snake_case on %s, and nothing else is changed",
  async (_, open) => {
    const data = { onDelete: 1, list: [{ maxLength: null }], yes: true, no: false, "it's": "o'clock" };
    const before = {
      slug: "films",
      kind: "managed",
      fields: [
        { name: "title", type: "text", required: true, minLength: 1, maxLength: 100, note: '"onDelete": 1' },
        { name: "facts", type: "json", default: data },
        { name: "rate", type: "decimal", precision: 18, scale: 2, min: "0.10", default: 1234567890123456 },
        { name: "none", type: "json", default: null },
        { name: "director", type: "relation", to: "people", onDelete: "set_null" },
      ],
      uniqueTogether: [["title", "director"]],
      indexes: [["title"]],
      indexedPaths: ["uniqueTogether.maxLength"],
      defaultSort: "-title",
      note: '{"defaultSort":"x","fields":[]}',
      added: { facts: { version: 2, value: data }, none: { version: 3, value: null } },
    };
    const [title, facts, rate, none] = before.fields;
    const after = {
      slug: "films",
      kind: "managed",
      fields: [
        { name: "title", type: "text", required: true, min_length: 1, max_length: 100, note: title!.note },
        facts,
        rate,
        none,
        { name: "director", type: "relation", to: "people", on_delete: "set_null" },
      ],
      unique_together: before.uniqueTogether,
      indexes: before.indexes,
      indexed_paths: before.indexedPaths,
      default_sort: before.defaultSort,
      note: before.note,
      added: before.added,
    };
    const plain = { slug: "notes", kind: "document", fields: [] };
    const driver = open();
    await migrate(driver, Date.now);
    await run(driver, "delete from plinth_migrations where id = '0008_snake_case_definitions'");
    for (const [i, definition] of [before, plain, {}].entries()) {
      const text = JSON.stringify(definition).replaceAll("'", "''");
      await run(
        driver,
        `insert into plinth_collections (id, workspace_id, slug, kind, definition, version, table_name, created_at)
          values ('${i}', '${DEFAULT_WORKSPACE_ID}', 's${i}', 'managed', '${text}', 1, 't${i}', 0)`,
      );
    }

    expect(await migrate(driver, Date.now)).toEqual(["0008_snake_case_definitions"]);

    const rows = await driver.all({ sql: "select definition from plinth_collections order by id", params: [] });
    const found = rows.map((row) => JSON.stringify(JSON.parse(row.definition as string)));
    expect(found).toEqual([after, plain, {}].map((definition) => JSON.stringify(definition)));
    await driver.close?.();
  },
);

test.each([
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres", memoryPglite],
] as const)(
  "the settings of tokens become a section of the workspace's settings on %s, and changes of it are noted",
  async (_, open) => {
    const driver = open();
    await migrate(driver, Date.now);
    for (const when of ["insert", "update", "delete"])
      await run(
        driver,
        `drop trigger plinth_auth_setting_${when}${driver.dialect === "sqlite" ? "" : " on plinth_auth_settings"}`,
      );
    await run(
      driver,
      "create table plinth_token_settings (workspace_id text not null primary key, body text not null)",
    );
    const body = JSON.stringify({ access_token_minutes: 5, audience: null, claims: { "it's": ["$user.id", 1.5] } });
    await run(
      driver,
      `insert into plinth_token_settings values ('${DEFAULT_WORKSPACE_ID}', '${body.replaceAll("'", "''")}')`,
    );
    await run(driver, "delete from plinth_migrations where id = '0027_token_settings'");

    expect(await migrate(driver, Date.now)).toEqual(["0027_token_settings"]);

    const rows = await driver.all({ sql: "select * from plinth_auth_settings order by name", params: [] });
    expect(rows.map(({ section, name, value }) => [section, name, JSON.parse(value as string)])).toEqual([
      ["tokens", "access_token_minutes", 5],
      ["tokens", "audience", null],
      ["tokens", "claims", { "it's": ["$user.id", 1.5] }],
    ]);
    await run(driver, "delete from plinth_auth_settings where name = 'claims'");
    const noted = await driver.all({ sql: "select kind, subject from plinth_identity_changes", params: [] });
    expect(noted).toEqual([{ kind: "keys", subject: DEFAULT_WORKSPACE_ID }]);
    await driver.close?.();
  },
);

test("the link to the terms becomes a setting of the terms", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  await migrate(driver, Date.now);
  await run(driver, "drop table plinth_agreements");
  await run(driver, "delete from plinth_migrations where id = '0027_terms'");
  for (const name of ["terms_url", "privacy_url"]) {
    await run(
      driver,
      `insert into plinth_auth_settings values ('${DEFAULT_WORKSPACE_ID}', 'pages', '${name}', '"/x"', 0)`,
    );
  }
  expect(await migrate(driver, Date.now)).toEqual(["0027_terms"]);
  const rows = await driver.all({ sql: "select section, name from plinth_auth_settings order by section", params: [] });
  expect(rows).toEqual([
    { section: "pages", name: "privacy_url" },
    { section: "terms", name: "url" },
  ]);
  await driver.close?.();
});
