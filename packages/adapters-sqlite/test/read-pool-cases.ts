import assert from "node:assert/strict";
import { join } from "node:path";
import type { Case } from "@plinth/conformance";
import type { SqlDriver } from "@plinth/core";
import type { SqliteOptions } from "../src/sqlite-driver.ts";

const all = async (driver: SqlDriver, sql: string, ...params: (string | number)[]) => driver.all({ sql, params });
const write = (driver: SqlDriver, sql: string) => driver.run({ sql, params: [] });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Some seconds of work. Each number makes another statement of it. */
const slow = (i: number) =>
  `select count(*) as n from t a, t b where b.id < 2500 and a.n + a.id < b.n - b.id /* ${i} */`;
/** Far more work than a test waits for, and yet it ends when the database is closed. */
const endless = (i: number) => slow(i).replace("2500", "20000");
const LIKE = "select count(*) as n from t where a like '%text%'";

/** Slow reads in threads, on every runtime that has them. */
export function readPoolCases(folder: string, sqlite: (options: SqliteOptions) => SqlDriver): Case[] {
  let files = 0;
  const withRows =
    (options: Omit<SqliteOptions, "path">, run: (driver: SqlDriver) => Promise<void>): Case["run"] =>
    async () => {
      const driver = sqlite({ path: join(folder, `read-pool-${files++}.db`), ...options });
      await write(driver, "create table t (id integer primary key, a text, b blob, n integer)");
      await write(
        driver,
        "insert into t with recursive c (n) as (select 1 union all select n + 1 from c where n < 20000) select n, 'text ' || n, x'0102', 9007199254740993 from c",
      );
      await run(driver);
      await driver.close!();
    };

  return [
    {
      name: "a slow read leaves the main thread free, and its values are the same",
      run: withRows({}, async (driver) => {
        const sql = "select id, a, b, n from t where a like ?1 order by a desc limit ?2";
        const result = await all(driver, sql, "%text%", 1000);
        assert.equal(result.length, 1000);
        assert.deepEqual(
          { ...result[0] },
          { id: 9999, a: "text 9999", b: new Uint8Array([1, 2]), n: 9007199254740993n },
        );
        const turns = await turnsBeside(() =>
          all(driver, "select count(*) as n from t a, t b where a.id < b.id and b.id < 2000"),
        );
        assert.ok(turns >= 5, `${turns} turns`);
      }),
    },
    {
      name: "so does one over few and large rows, the first time",
      run: withRows({}, async (driver) => {
        await write(driver, "create table large (id integer primary key, a text)");
        await write(
          driver,
          "insert into large select id, replace(hex(zeroblob(100000)), '0', 'ab') from t where id <= 20",
        );
        const folded = Array.from({ length: 60 }).reduce((text) => `replace(${text}, 'b', 'b')`, "a");
        const turns = await turnsBeside(() =>
          all(driver, `select count(*) as n from large where ${folded} like '%zzz%'`),
        );
        assert.ok(turns >= 5, `${turns} turns`);
      }),
    },
    {
      name: "a read sees every write that was answered before it",
      run: withRows({}, async (driver) => {
        for (let i = 0; i < 20; i++) {
          await driver.run({ sql: "update t set a = ?1 where id = 20000", params: [`new ${i}`] });
          // Each text is another statement, so each is read by a thread.
          const rows = await all(driver, `select id from t where a = ?1 /* ${i} */`, `new ${i}`);
          assert.deepEqual(
            rows.map(({ id }) => id),
            [20000],
          );
        }
        await write(driver, "alter table t add column late text");
        const [row] = await all(driver, "select * from t where a = 'new 19'");
        assert.ok("late" in row!);
      }),
    },
    {
      name: "at its time limit a read fails, and others go on",
      run: withRows({ threads: 2, timeLimitMs: 1000 }, async (driver) => {
        const kinds = async (reads: number[]) =>
          (await Promise.allSettled(reads.map((i) => all(driver, slow(i))))).map((one) =>
            one.status === "rejected" ? one.reason.kind : "done",
          );
        const [found, like] = await Promise.all([kinds([1]), all(driver, LIKE)]);
        assert.deepEqual(found, ["time_limit"]);
        assert.equal(like[0]!.n, 20000);
        // There are never more than twice as many threads: the last one waits in vain.
        assert.deepEqual((await kinds([2, 3, 4, 5])).sort(), ["time_limit", "time_limit", "time_limit", "timeout"]);
        assert.equal((await all(driver, "select a from t where id = 1"))[0]!.a, "text 1");
      }),
    },
    {
      name: "long reads of one caller do not keep the others out",
      run: withRows({ threads: 2, timeLimitMs: 60_000 }, async (driver) => {
        const by = (caller: string, sql: string) => driver.all({ sql, params: [], caller });
        const many = Promise.allSettled([1, 2, 3, 4].map((i) => by("a", endless(i))));
        await sleep(100);
        let areOver = false;
        void many.then(() => (areOver = true));
        assert.equal((await by("b", LIKE))[0]!.n, 20000);
        assert.equal(areOver, false);
        await driver.close!();
        await many;
      }),
    },
    {
      name: "the error of a read in a thread is the error of the database",
      run: withRows({}, async (driver) => {
        const json = all(driver, "select json_extract(a, '$') as j from t where a like '%text%'");
        await assert.rejects(json, { name: "DataError", kind: "unavailable" });
        const guard = "select json_extract('{}', 'plinth_guard:' || a) as g from t where a like 'text 7' and n > 1";
        await assert.rejects(all(driver, guard), { kind: "guard", guard: "text 7" });
      }),
    },
    {
      name: "closing ends the reads that wait and run",
      run: withRows({ threads: 1 }, async (driver) => {
        const settled = Promise.allSettled([1, 2].map((i) => all(driver, slow(i))));
        await sleep(100);
        await driver.close!();
        const kinds = (await settled).map((one) => one.status === "rejected" && one.reason.kind);
        assert.deepEqual(kinds, ["unavailable", "unavailable"]);
      }),
    },
    {
      name: "without threads everything is read on the main thread",
      run: withRows({ threads: 0 }, async (driver) => {
        assert.equal((await all(driver, LIKE))[0]!.n, 20000);
      }),
    },
  ];
}

/** How often the main thread did something else while the work went on. */
async function turnsBeside(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await work();
  clearInterval(timer);
  return turns;
}
