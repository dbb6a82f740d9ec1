import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlDriver } from "@plinth/core";
import { bunSqlite } from "../src/bun.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-snapshot-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const turn = () => new Promise((resolve) => setImmediate(resolve));
let files = 0;

/** A driver over a table with one row, and another connection to its file. */
async function open(): Promise<{ driver: SqlDriver; other: Database; text: () => Promise<unknown> }> {
  const path = join(folder, `${files++}.db`);
  const driver = bunSqlite({ path });
  await driver.batch([
    { sql: "create table t (id integer primary key, text text)", params: [] },
    { sql: "insert into t (id, text) values (1, 'first')", params: [] },
  ]);
  const text = async () => (await driver.all({ sql: "select text from t where id = ?1", params: [1] }))[0]?.text;
  return { driver, other: new Database(path), text };
}

test("each read by key sees what another process has committed before it, also where it shares a transaction", async () => {
  const { driver, other, text } = await open();
  await turn();
  const before = [text(), text()];
  other.run("update t set text = 'second'");
  expect(await Promise.all([...before, text(), text()])).toEqual(["first", "first", "second", "second"]);
  await turn();
  other.run("update t set text = 'third'");
  expect(await text()).toBe("third");
  other.close();
  await driver.close!();
});

test("a list, and a write of this process, see what was committed meanwhile", async () => {
  const { driver, other, text } = await open();
  await turn();
  await Promise.all([text(), text()]);
  other.run("update t set text = 'second'");
  expect(await driver.all({ sql: "select count(*) as n from t where text = 'second'", params: [] })).toEqual([
    { n: 1 },
  ]);
  await Promise.all([text(), text()]);
  other.run("update t set text = 'third'");
  await driver.run({ sql: "update t set text = text || '!' where id = 1", params: [] });
  expect(await text()).toBe("third!");
  other.close();
  await driver.close!();
});

test("a write after reads is committed when it is answered, and nothing stays open after the turn", async () => {
  const { driver, other, text } = await open();
  await turn();
  await Promise.all([text(), text()]);
  await driver.run({ sql: "update t set text = 'second' where id = 1", params: [] });
  expect(other.query("select text from t").get()).toEqual({ text: "second" });
  await Promise.all([text(), text()]);
  await turn();
  expect(other.query("pragma wal_checkpoint(truncate)").get()).toMatchObject({ busy: 0 });
  other.close();
  await driver.close!();
});
