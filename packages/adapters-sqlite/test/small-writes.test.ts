import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { bunStatements } from "../src/bun-statement.ts";
import { smallWrites } from "../src/small-writes.ts";

/** Where the copies of pages are, by what has been executed before the transaction began. */
function open() {
  const database = new Database(":memory:");
  database.run("create table t (id integer primary key, n integer)");
  database.run("create table plinth_t (id text primary key, n integer)");
  database.run("create table plinth_referred (id integer primary key)");
  database.run("create table u (of integer references PLINTH_REFERRED (id) on delete cascade)");
  const temporary = () => Object.values(database.query("pragma temp_store").get()!)[0];
  let atBegin: unknown;
  let failure: Error | undefined;
  const begin = smallWrites({
    prepare: bunStatements(database),
    exec: (sql) => void database.run(sql),
    begin() {
      atBegin = temporary();
      if (failure) throw failure;
    },
  });
  const MEMORY = 2;
  const isSmall = (...batches: readonly string[][]) => {
    begin(batches.map((texts) => ({ queries: texts.map((sql) => ({ sql, params: [] })) })));
    expect(temporary()).toBe(0);
    return atBegin === MEMORY;
  };
  return { isSmall, temporary, fail: (error: Error) => (failure = error) };
}

const INSERT = "insert into t (id, n) values (?1, ?2)";
const BY_KEY = "update t set n = ?1 where id = ?2 returning id";

test("rows that are written by key are few", () => {
  const { isSmall } = open();
  expect(isSmall([INSERT])).toBe(true);
  expect(isSmall([INSERT, "select 1", BY_KEY], [INSERT])).toBe(true);
  expect(isSmall(['delete from "plinth_t" where id = ?1 and n = ?2'])).toBe(true);
});

test("what may change many rows is not", () => {
  const { isSmall } = open();
  const many = [
    "update t set n = ?1 where n = ?2",
    "insert into t (n) select n from t",
    "insert into t (id) values (1), (2)",
    "delete from t where id = ?1",
    "delete from plinth_t where n = ?1",
    "delete from plinth_referred where id = ?1",
    "create table v (id integer primary key)",
    "insert into v (id) values (1)",
  ];
  for (const sql of many) expect([sql, isSmall([sql])]).toEqual([sql, false]);
  expect(isSmall([INSERT], [many[0]!])).toBe(false);
  expect(isSmall(Array.from({ length: 100 }, () => INSERT))).toBe(false);
});

test("a transaction that cannot begin changes nothing for the next one", () => {
  const { isSmall, temporary, fail } = open();
  fail(new Error("busy"));
  expect(() => isSmall([INSERT])).toThrow("busy");
  expect(temporary()).toBe(0);
});
