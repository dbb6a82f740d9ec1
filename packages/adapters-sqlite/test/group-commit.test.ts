import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlDriver, SqlQuery } from "@plinth/core";
import { bunSqlite } from "../src/bun.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-group-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

async function open(): Promise<{ driver: SqlDriver; path: string }> {
  const path = join(folder, `${files++}.db`);
  const driver = bunSqlite({ path });
  await driver.batch([
    { sql: "create table p (id integer primary key)", params: [] },
    { sql: "create table t (id integer primary key, p integer references p (id))", params: [] },
    {
      sql: "create table d (id integer primary key, p integer references p (id) deferrable initially deferred)",
      params: [],
    },
  ]);
  return { driver, path };
}

const insert = (id: number, p: number | null = null): SqlQuery => ({
  sql: "insert into t (id, p) values (?1, ?2)",
  params: [id, p],
});
const insertOnly = (id: number): SqlQuery => ({ sql: "insert into t (id) values (?1)", params: [id] });
const ids = async (driver: SqlDriver, table = "t") =>
  (await driver.all({ sql: `select id from ${table} order by id`, params: [] })).map((row) => row.id);
const kinds = async (work: Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map((one) => (one.status === "fulfilled" ? "done" : one.reason.kind));

test("a write that fails does not hurt the others of its turn", async () => {
  const { driver } = await open();
  const results = await kinds([
    driver.run(insert(1)),
    driver.run(insert(1)),
    driver.batch([insert(2), insert(3, 9)]),
    driver.batch([insert(2), insert(4)]),
    driver.run({ sql: "insert or rollback into t (id) values (1)", params: [] }),
    driver.run(insert(5)),
    driver.run({ sql: "insert into nothing values (1)", params: [] }),
  ]);
  expect(results).toEqual(["done", "unique", "foreign_key", "done", "unique", "done", "unknown"]);
  expect(await ids(driver)).toEqual([1, 2, 4, 5]);
  await driver.close!();
});

test("a batch says which of its statements failed", async () => {
  const { driver } = await open();
  const [, failed] = await Promise.allSettled([driver.run(insert(1)), driver.batch([insert(2), insert(1)])]);
  expect((failed as PromiseRejectedResult).reason).toMatchObject({ kind: "unique", statementIndex: 1 });
  await driver.close!();
});

test("where the commit itself is refused, each is done on its own", async () => {
  const { driver } = await open();
  const results = await kinds([
    driver.run(insert(1)),
    driver.run({ sql: "insert into d (id, p) values (1, 9)", params: [] }),
    driver.run(insert(2)),
  ]);
  expect(results).toEqual(["done", "foreign_key", "done"]);
  expect([await ids(driver), await ids(driver, "d")]).toEqual([[1, 2], []]);
  await driver.close!();
});

test("an answer goes out when the others can see the write", async () => {
  const { driver, path } = await open();
  const other = bunSqlite({ path });
  await Promise.all(
    Array.from({ length: 600 }, async (_, id) => {
      await driver.run(insert(id));
      expect(await other.all({ sql: "select id from t where id = ?1", params: [id] })).toHaveLength(1);
    }),
  );
  await Promise.all([driver.close!(), other.close!()]);
});

test("a batch that takes longer than its limit leaves nothing, and its neighbours are written", async () => {
  const path = join(folder, `${files++}.db`);
  // Without threads, whose start alone may take as long.
  const driver = bunSqlite({ path, timeLimitMs: 50, threads: 0 });
  await driver.run({ sql: "create table t (id integer primary key)", params: [] });
  const slow = (id: number): SqlQuery => ({
    sql: "insert into t with recursive c (n) as (select 1 union all select n + 1 from c where n < 2000000) select ?1 from c where n = 1",
    params: [id],
  });
  const together = kinds([
    driver.run(insertOnly(1)),
    driver.batch([slow(2), insertOnly(3)]),
    driver.run(insertOnly(4)),
  ]);
  expect(await together).toEqual(["done", "time_limit", "done"]);
  expect(await kinds([driver.batch([slow(5), insertOnly(6)])])).toEqual(["time_limit"]);
  // A change of the schema may take longer.
  const schema = { sql: "create index i on t (id)", params: [] };
  expect(await kinds([driver.batch([slow(7), schema, insertOnly(8)])])).toEqual(["done"]);
  expect(await ids(driver)).toEqual([1, 4, 7, 8]);
  await driver.close!();
});

test("writers of another process are waited for", async () => {
  const { driver, path } = await open();
  const other = bunSqlite({ path });
  const work = Array.from({ length: 200 }, (_, i) => (i % 2 ? driver : other).run(insert(i)));
  await Promise.all(work);
  expect((await ids(driver)).length).toBe(200);
  await Promise.all([driver.close!(), other.close!()]);
});

test("what waits is written before the driver closes, and before a statement that cannot wait", async () => {
  const { driver, path } = await open();
  const first = driver.run(insert(1));
  await driver.run({ sql: "create table made as select count(*) as id from t", params: [] });
  expect(await ids(driver, "made")).toEqual([1]);
  const last = driver.run(insert(2));
  await driver.close!();
  await Promise.all([first, last]);
  const again = bunSqlite({ path });
  expect(await ids(again)).toEqual([1, 2]);
  await again.close!();
});
