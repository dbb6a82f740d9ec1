import { DataError, PlinthError } from "@plinth/core";
import { assert, equal, rejectionOf } from "../assert.ts";
import type { TestDatabase } from "./database.ts";
import type { SqlCase } from "./sql-case.ts";

export const statementCases: SqlCase[] = [
  {
    name: "returning and changes",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, n ${db.type("int")}`);
      const inserted = await db.run(`insert into ${t} (id, n) values (?, ?), (?, ?) returning id, n`, 1, 10, 2, 20);
      equal(
        inserted,
        {
          rows: [
            { id: 1, n: 10 },
            { id: 2, n: 20 },
          ],
          changes: 2,
        },
        "insert",
      );
      equal(await db.run(`update ${t} set n = n + ?`, 1), { rows: [], changes: 2 }, "update");
      equal(await db.run(`update ${t} set n = ? where id = ?`, 1, 99), { rows: [], changes: 0 }, "update of nothing");
      equal(
        await db.run(`update ${t} set n = ? where id = ? returning id`, 1, 99),
        { rows: [], changes: 0 },
        "nothing returned",
      );
      const upsert = `insert into ${t} (id, n) values (?, ?) on conflict (id) do nothing`;
      equal(await db.run(upsert, 1, 5), { rows: [], changes: 0 }, "upsert that does nothing");
      equal((await db.run(`select id from ${t}`)).changes, 2, "rows of a select");
      equal(await db.run(`delete from ${t} where id = ? returning n`, 2), { rows: [{ n: 21 }], changes: 1 }, "delete");
      equal(await db.run(`alter table ${t} add column extra text`), { rows: [], changes: 0 }, "a schema change");
    },
  },
  {
    name: "a read ends where its rows take too many bytes",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, body ${db.type("text")}`);
      const body = "x".repeat(10_000);
      for (let id = 1; id <= 20; id++) await db.run(`insert into ${t} (id, body) values (?, ?)`, id, body);
      const within = async (sql: string, maxBytes: number) => db.driver.all({ ...db.query(sql), maxBytes });
      equal((await within(`select body from ${t} order by id`, 300_000)).length, 20, "within the limit");
      for (let again = 0; again < 3; again++) {
        const error = await rejectionOf(within(`select body from ${t} order by id`, 50_000));
        assert(error instanceof DataError && error.kind === "too_many_bytes", `beyond the limit: ${error}`);
      }
      equal((await db.all(`select id from ${t}`)).length, 20, "the next read");
      await db.run(`drop table ${t}`);
    },
  },
  {
    name: "a read that fails in the middle is an error, not the rows before it",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, body ${db.type("text")}`);
      for (const [id, body] of [
        [1, "1"],
        [2, "["],
        [3, "3"],
      ] as const) {
        await db.run(`insert into ${t} (id, body) values (?, ?)`, id, body);
      }
      const parsed = db.driver.dialect === "sqlite" ? "json(body)" : "body::json";
      const query = db.query(`select id, ${parsed} as parsed from ${t} order by id`);
      const within = async (maxBytes: number | undefined) => db.driver.all({ ...query, maxBytes });
      for (const maxBytes of [undefined, 10_000]) {
        const error = await rejectionOf(within(maxBytes));
        assert(error instanceof DataError, `within ${maxBytes} bytes: ${error}`);
      }
      equal((await db.all(`select id from ${t}`)).length, 3, "the next read");
    },
  },
  {
    name: "a read that cannot be finished locks nothing",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, n ${db.type("int")}`);
      const other = await db.table(`id ${db.type("int")} primary key`);
      for (const id of [1, 2]) await db.run(`insert into ${t} (id, n) values (?, 9007199254740993)`, id);
      const { length } = await db.driver.all({ ...db.query(`select n from ${t} order by id`), maxBytes: 10_000 });
      equal(length, 2, "rows");
      await db.run(`drop table ${other}`);
    },
  },
  {
    name: "a trigger's writes are not counted",
    dialect: "sqlite",
    async run(db) {
      const [t, log] = [await db.table("id integer primary key"), await db.table("id integer")];
      await db.run(`create trigger ${db.name("tr")} after insert on ${t} begin
        insert into ${log} values (new.id); insert into ${log} values (new.id); end`);
      equal((await db.run(`insert into ${t} (id) values (?), (?)`, 1, 2)).changes, 2, "changes");
      equal((await db.all(`select count(*) as n from ${log}`))[0], { n: 4 }, "the log");
    },
  },
  {
    name: "count is a number",
    run: async (db) =>
      equal(await db.all("select count(*) as n, sum(x) as s from (select 1 as x) as t"), [{ n: 1, s: 1 }]),
  },
  {
    name: "statements survive a schema change",
    async run(db) {
      await schemaChanges(db, db);
    },
  },
  {
    name: "statements survive another handle's schema change",
    another: true,
    async run(db, another) {
      await schemaChanges(db, another!);
    },
  },
  {
    name: "many different statements",
    async run(db) {
      for (let i = 0; i < 700; i++) equal(await db.all(`select ${i} as n`), [{ n: i }], "n");
      for (let i = 0; i < 700; i += 100) equal(await db.all(`select ${i} as n`), [{ n: i }], "n again");
    },
  },
  {
    name: "as many parameters as announced",
    async run(db) {
      const { maxParameters } = db.driver.capabilities;
      const select = async (count: number) => {
        const list = Array.from({ length: count - 1 }, () => "?").join(", ");
        const first = db.driver.dialect === "postgres" ? "?::text" : "?";
        const { sql } = db.query(`select 1 as one where ${first} in (${list})`);
        // Not by `db.all`, whose spread arguments would overflow the stack.
        return db.driver.all({ sql, params: new Array<string>(count).fill("x") });
      };
      equal(await select(maxParameters), [{ one: 1 }], "the maximum");
      await cleanlyOrNot(select(maxParameters + 1));
      equal(await select(3), [{ one: 1 }], "afterwards");
    },
  },
  {
    name: "as many columns as announced",
    async run(db) {
      const columns = (count: number) => Array.from({ length: count }, (_, i) => `c${i} ${db.type("int")}`).join(", ");
      const { maxColumns } = db.driver.capabilities;
      const t = await db.table(columns(maxColumns));
      await db.run(`insert into ${t} (c0, c${maxColumns - 1}) values (?, ?)`, 1, 2);
      equal(await db.all(`select c0, c${maxColumns - 1} as last from ${t}`), [{ c0: 1, last: 2 }], "the row");
      await cleanlyOrNot(db.table(columns(maxColumns + 1)));
    },
  },
  {
    name: "a long batch",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, body text`);
      const count = Math.min(db.driver.capabilities.maxBatch, 500);
      const body = "x".repeat(2000);
      const insert = `insert into ${t} (id, body) values (?, ?) returning id`;
      const results = await db.batch(Array.from({ length: count }, (_, i) => [insert, i, body] as const));
      equal(
        results.map((result) => result.rows[0]!.id),
        Array.from({ length: count }, (_, i) => i),
        "ids in order",
      );
    },
  },
];

/** One more than declared may work, but a failure must be a `DataError`. */
async function cleanlyOrNot(call: Promise<unknown>): Promise<void> {
  const error = await rejectionOf(call.then(() => Promise.reject(undefined)));
  assert(
    error === undefined || error instanceof DataError || error instanceof PlinthError,
    `a foreign error: ${error}`,
  );
}

/** `other` changes the table while `db` has prepared statements for it. */
async function schemaChanges(db: TestDatabase, other: TestDatabase): Promise<void> {
  const t = await db.table(`id ${db.type("int")} primary key, a text`);
  await db.run(`insert into ${t} (id, a) values (?, ?)`, 1, "x");
  const star = () => db.all(`select * from ${t} where id = ?`, 1);
  const named = () => db.all(`select id, a from ${t} where id = ?`, 1);
  const update = async () => {
    const results = await db.batch([[`update ${t} set a = a where id = ? returning *`, 1], ["select 1 as one"]]);
    return results[0]!.rows;
  };
  for (let i = 0; i < 4; i++) {
    equal(await star(), [{ id: 1, a: "x" }], "before");
    equal(await named(), await update(), "before");
  }
  await other.run(`alter table ${t} add column b text default 'new'`);
  equal(await update(), [{ id: 1, a: "x", b: "new" }], "batch after add column");
  equal(await star(), [{ id: 1, a: "x", b: "new" }], "star after add column");
  equal(await named(), [{ id: 1, a: "x" }], "named after add column");
  await other.run(`alter table ${t} rename column b to c`);
  equal(await star(), [{ id: 1, a: "x", c: "new" }], "star after rename");
  equal(await update(), [{ id: 1, a: "x", c: "new" }], "batch after rename");
  await other.run(`alter table ${t} drop column c`);
  equal(await update(), [{ id: 1, a: "x" }], "batch after drop column");
  equal(await star(), [{ id: 1, a: "x" }], "star after drop column");
}
