import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { startPostgres } from "../../../../../tests/support/postgres.ts";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const ENTRY = path.join(import.meta.dirname, "../../entries/bun-statement.ts");
const folder = mkdtempSync(path.join(tmpdir(), "plinth-sql-"));
const postgres = await startPostgres();
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await postgres?.stop();
});

interface Run {
  columns: string[];
  rows: unknown[][];
  truncated: boolean;
  changes: number;
}

interface Engine {
  readonly name: string;
  open(): Promise<SqlDriver>;
  readonly param: string;
  /** One value, of more bytes than an answer has. */
  readonly manyBytes: string;
  /** A statement that takes forever. */
  readonly endless: string;
  /** Each reads what nobody may read. */
  readonly secrets: readonly string[];
  /** Each writes, or does worse. */
  readonly writes: readonly string[];
}

const ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

const SQLITE: Engine = {
  name: "SQLite",
  open: async () =>
    bunSqlite({
      path: path.join(folder, "plinth.db"),
      statementCommand: [process.execPath, ENTRY],
    }),
  param: "?1",
  // As text in memory this was several gigabytes.
  manyBytes: "select zeroblob(150000000)",
  endless: ENDLESS,
  secrets: [
    "select * from plinth_users",
    'select * from "PLINTH_sessions"',
    "select * from [plinth_keys]",
    "select (select count(*) from main.`plinth_users`)",
    "select sql from sqlite_schema",
    "select * from pragma_database_list",
    "select * from /* a comment */ plinth_settings",
    "with x as (select * from plinth_users) select * from x",
  ],
  writes: [
    "delete from TABLE",
    "with x as (select 1) delete from TABLE",
    "insert into TABLE (id) values ('x')",
    "drop table TABLE",
    "create table mine (a)",
    "pragma query_only = off",
    "vacuum into '/tmp/plinth-copy.db'",
    "attach database '/tmp/plinth-other.db' as other",
    "begin",
    "/* select */ update TABLE set title = 'x'",
    "-- select\nupdate TABLE set title = 'x'",
    "select load_extension('x')",
  ],
};

const POSTGRES: Engine = {
  name: "Postgres",
  open: async () =>
    postgresJs({
      url: await postgres!.createDatabase(`plinth_sql_${crypto.randomUUID().slice(0, 8)}`),
      timeLimitMs: 30_000,
    }),
  param: "$1",
  manyBytes: "select decode(repeat('00', 2000000), 'hex')",
  endless: ENDLESS,
  secrets: [
    "select * from plinth_users",
    'select * from public."plinth_sessions"',
    'select * from U&"\\0070linth_users"',
    "select (select count(*) from plinth_keys)",
    "select * from pg_stat_activity",
    "select * from information_schema.tables",
    "select query_to_xml('select * from plinth_' || 'users', true, true, '')",
    "select table_to_xml('plinth_users', true, true, '')",
    "select database_to_xml(true, true, '')",
    "select pg_read_file('/etc/passwd')",
    "select * from ts_stat('select null::tsvector from plinth_users')",
    "select * from pg_stat_get_activity(null)",
    "select current_setting('data_directory')",
    "select * from pg_prepared_statement()",
    "select * from pg_config()",
    "with x as (select * from plinth_users) select * from x",
    "select 1 where exists (select from plinth_users)",
    "select (array(select email from plinth_users))[1]",
  ],
  writes: [
    "delete from TABLE",
    "with x as (delete from TABLE returning *) select * from x",
    "insert into TABLE (id) values ('x')",
    "drop table TABLE",
    "create table mine (a int)",
    "set transaction read write",
    "select set_config('transaction_read_only', 'off', false)",
    "select pg_advisory_lock(1)",
    "select pg_terminate_backend(1)",
    "select nextval('plinth_changes_seq')",
    "commit; delete from TABLE",
    "select 1; end; delete from TABLE",
    "copy TABLE to program 'cat'",
    "select * from TABLE for update",
    "do $$ begin delete from TABLE; end $$",
    "explain analyze delete from TABLE",
  ],
};

for (const engine of postgres ? [SQLITE, POSTGRES] : [SQLITE]) suite(engine);

function suite({ name, open, param, manyBytes, endless, secrets, writes }: Engine): void {
  describe(name, () => {
    let world: TestApp;
    let owner: Record<string, string>;
    let table: string;
    let driver: SqlDriver;
    const run = (sql: string, more: object = {}, as = owner) =>
      world.send("/api/sql", { sql: sql.replaceAll("TABLE", table), ...more }, as);
    const rows = async (sql: string, more: object = {}) => {
      const response = await run(sql, more);
      const { data, error } = (await response.json()) as { data: Run; error: unknown };
      expect(error).toBeUndefined();
      return data;
    };
    const count = async () => Number((await rows("select count(*) as n from TABLE")).rows[0]![0]);

    beforeAll(async () => {
      driver = await open();
      world = testApp({ sqlConsole: "write", maxBodyBytes: 100_000 }, { driver });
      owner = bearer(await world.signUp("owner@example.com"));
      const fields = [
        { name: "title", type: "text" },
        { name: "pages", type: "integer" },
      ];
      await world.send("/api/collections", { slug: "books", fields }, owner);
      for (let pages = 1; pages <= 3; pages++)
        await world.send("/api/items/books", { title: `book ${pages}`, pages }, owner);
      const tables = (await (await world.call("/api/sql/tables", { headers: owner })).json()) as {
        data: { collection: string; table: string; columns: { column: string }[] }[];
      };
      const books = tables.data.find(({ collection }) => collection === "books")!;
      ({ table } = books);
      expect(books.columns.map(({ column }) => column)).toContain("pages");
    });
    afterAll(() => driver.close?.());

    test("a statement reads the items, with parameters", async () => {
      const found = await rows(`select title, pages from TABLE where pages > ${param} order by pages`, { params: [1] });
      expect(found).toMatchObject({
        columns: ["title", "pages"],
        rows: [
          ["book 2", 2],
          ["book 3", 3],
        ],
        truncated: false,
        changes: 0,
      });
      const quoted = await rows(`select ${param} as a, '?1 $1; --' as b -- ; $1`, { params: ["it's; \\ $2"] });
      expect(quoted.rows).toEqual([["it's; \\ $2", "?1 $1; --"]]);
    });

    test("rows beyond the limit, and beyond a megabyte, are left out", async () => {
      const limited = await rows("select title from TABLE order by pages;", { limit: 2 });
      expect(limited).toMatchObject({ rows: [["book 1"], ["book 2"]], truncated: true });
      const long = name === "SQLite" ? "hex(zeroblob(200000))" : "repeat('x', 400000)";
      const wide = await rows(`select ${long} as long from TABLE`);
      expect(wide.rows).toHaveLength(2);
      expect(wide.truncated).toBe(true);
    });

    test.each(secrets.map((sql) => [sql]))("nobody reads secrets by %s", async (sql) => {
      const response = await run(sql);
      expect([sql, (await refusalIn(response)).slice(0, 2)] as unknown[]).toEqual([sql, [422, "SQL_ERROR"]]);
      const written = await run(sql, { mode: "write" });
      expect((await refusalIn(written)).slice(0, 2) as unknown[]).toEqual([422, "SQL_ERROR"]);
    });

    test.each(writes.map((sql) => [sql]))("nothing is written by %s", async (sql) => {
      const response = await run(sql);
      expect((await refusalIn(response)).slice(0, 2) as unknown[]).toEqual([422, "SQL_ERROR"]);
      expect(await count()).toBe(3);
    });

    test("bytes beyond a megabyte are left out before they become text", async () => {
      expect(await rows(manyBytes)).toMatchObject({ rows: [], truncated: true });
    });

    test("a statement is stopped at its time limit, and the server goes on", async () => {
      const began = performance.now();
      const response = await run(endless, { timeout_ms: 300 });
      expect(await refusalIn(response)).toEqual([422, "LIMIT_EXCEEDED", "timeout_ms"]);
      expect(performance.now() - began).toBeLessThan(20_000);
      expect(await count()).toBe(3);
    });

    test("an error of the database is shown", async () => {
      const response = await run("select nothing from TABLE");
      expect(response.status).toBe(422);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).toBe("SQL_ERROR");
      expect(error.message).toMatch(/nothing/);
    });

    test("two statements are refused", async () => {
      expect((await refusalIn(await run("select 1; select 2"))).slice(0, 2) as unknown[]).toEqual([422, "SQL_ERROR"]);
    });

    test("a plan is shown, and nothing runs", async () => {
      const plan = await rows("delete from TABLE", { explain: true, mode: "write" }).catch(() => undefined);
      expect(plan?.rows.length).toBeGreaterThan(0);
      expect(await count()).toBe(3);
      expect(JSON.stringify((await rows("select * from TABLE", { explain: true })).rows)).toContain(table);
    });

    test("a write happens with its record in the security log, or not at all", async () => {
      const changed = await rows(`update TABLE set title = ${param} where pages = 3`, {
        mode: "write",
        params: ["changed"],
      });
      expect(changed.changes).toBe(1);
      expect((await rows("select title from TABLE where pages = 3")).rows).toEqual([["changed"]]);
      const history = (await (await world.call("/api/sql/history?limit=2", { headers: owner })).json()) as {
        data: { type: string; outcome: string; detail: Record<string, string> }[];
      };
      expect(history.data[1]).toMatchObject({ type: "sql_console", outcome: "ok", detail: { mode: "write" } });
      expect(JSON.stringify(history)).not.toContain("changed");
    });

    test("refusals are in the history too", async () => {
      await run("select * from plinth_users");
      const history = (await (await world.call("/api/sql/history?limit=1", { headers: owner })).json()) as {
        data: object[];
      };
      expect(history.data).toMatchObject([
        { outcome: "failed", detail: { sql: "select * from plinth_users", mode: "read", code: "SQL_ERROR" } },
      ]);
    });

    test("no key and no user may run a statement", async () => {
      const created = await world.send("/api/keys", { name: "all", kind: "secret" }, owner);
      const { data } = (await created.json()) as { data: { key: string } };
      expect((await run("select 1", {}, { "x-api-key": data.key })).status).toBe(403);
      expect((await run("select 1", {}, {})).status).toBe(401);
    });

    test("what the setting forbids is refused", async () => {
      const reading = testApp({ sqlConsole: "read" }, { driver });
      const refused = await reading.send("/api/sql", { sql: "delete from x", mode: "write" }, owner);
      expect(await refusalIn(refused)).toEqual([403, "FORBIDDEN", "mode"]);
      const off = testApp({ sqlConsole: "off" }, { driver });
      for (const route of ["/api/sql/tables", "/api/sql/history"])
        expect((await off.call(route, { headers: owner })).status).toBe(403);
      expect((await off.send("/api/sql", { sql: "select 1" }, owner)).status).toBe(403);
    });
  });
}

test.skipIf(!postgres)("Postgres: a value stays one, whatever stands before it", async () => {
  const driver = await POSTGRES.open();
  const world = testApp({}, { driver });
  const owner = bearer(await world.signUp("owner@example.com"));
  for (const sql of ["select e''\n$1", "select E$1", "select x$1"]) {
    const answer = await world.send("/api/sql", { sql, params: ["\\', (select 7)::text --"] }, owner);
    expect([sql, (await refusalIn(answer))[1]]).toEqual([sql, "SQL_ERROR"]);
  }
  await driver.close?.();
});

test("a database that nobody can stop has no console", async () => {
  for (const driver of [bunSqlite({ path: ":memory:" }), memoryPglite()]) {
    const world = testApp({}, { driver });
    const owner = bearer(await world.signUp("owner@example.com"));
    expect(
      (await refusalIn(await world.send("/api/sql", { sql: "select 1" }, owner))).slice(0, 2) as unknown[],
    ).toEqual([422, "UNSUPPORTED_BY_ADAPTER"]);
    await driver.close?.();
  }
});
