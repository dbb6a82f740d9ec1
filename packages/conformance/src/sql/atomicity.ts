import { equal, failsWith } from "../assert.ts";
import type { SqlCase } from "./sql-case.ts";

const WRITERS = 24;

export const atomicityCases: SqlCase[] = [
  {
    name: "a batch answers in order",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, label ${db.type("text")}`);
      const results = await db.batch([
        [`insert into ${t} (id, label) values (?, ?), (?, ?)`, 1, "a", 2, "b"],
        [`select id, label from ${t} order by id`],
        [`update ${t} set label = ? where id = ? returning id, label`, "c", 2],
        [`delete from ${t} where id = ?`, 1],
        [`select id, label from ${t} order by id`],
      ]);
      const [one, two, changed] = [
        { id: 1, label: "a" },
        { id: 2, label: "b" },
        { id: 2, label: "c" },
      ];
      equal(
        results.map((result) => result.rows),
        [[], [one, two], [changed], [], [changed]],
        "rows",
      );
      equal(
        results.map((result) => result.changes),
        [2, 2, 1, 1, 1],
        "changes",
      );
      equal(await db.batch([]), [], "an empty batch");
    },
  },
  {
    name: "a failed batch leaves nothing",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key`);
      await db.run(`insert into ${t} (id) values (?)`, 1);
      const insert = `insert into ${t} (id) values (?)`;
      // More than once, so that later rounds run on prepared statements.
      for (let round = 0; round < 3; round++) {
        const error = await failsWith(
          db.batch([
            [insert, 2],
            [insert, 3],
            [insert, 1],
            [insert, 4],
          ]),
          "unique",
        );
        if (error.statementIndex !== undefined) equal(error.statementIndex, 2, "statementIndex");
        equal(await db.all(`select id from ${t}`), [{ id: 1 }], "rows after the failure");
      }
      await db.batch([[insert, 2]]);
      equal(await db.all(`select id from ${t} order by id`), [{ id: 1 }, { id: 2 }], "the next batch");
    },
  },
  {
    name: "a batch that fails by its text leaves nothing",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key`);
      const bad = db.batch([
        [`insert into ${t} (id) values (?)`, 1],
        [`insert into ${t}_missing (id) values (?)`, 1],
      ]);
      await failsWith(bad, "unknown");
      equal(await db.all(`select id from ${t}`), [], "rows after the failure");
    },
  },
  {
    name: "concurrent batches do not mix",
    async run(db) {
      const counter = await db.table(`id ${db.type("int")} primary key, n ${db.type("int")} not null`);
      const log = await db.table(`n ${db.type("int")} not null unique`);
      await db.run(`insert into ${counter} (id, n) values (?, ?)`, 1, 0);
      const increment = async () => {
        const [, seen] = await db.batch([
          [`update ${counter} set n = n + 1 where id = ?`, 1],
          [`insert into ${log} (n) select n from ${counter} where id = ? returning n`, 1],
        ]);
        return seen!.rows[0]!.n as number;
      };
      const seen = await Promise.all(Array.from({ length: WRITERS }, increment));
      const expected = Array.from({ length: WRITERS }, (_, i) => i + 1);
      equal(
        seen.sort((a, b) => a - b),
        expected,
        "the values that the batches saw",
      );
      equal(await db.all(`select n from ${counter}`), [{ n: WRITERS }], "the total");
    },
  },
  {
    name: "failing and succeeding batches side by side",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, pair ${db.type("int")} not null`);
      const insert = `insert into ${t} (id, pair) values (?, ?)`;
      await db.run(insert, 0, 0);
      const settled = await Promise.allSettled(
        Array.from({ length: WRITERS }, (_, i) => {
          const id = 1 + i * 2;
          return db.batch([
            [insert, id, i],
            [insert, i % 3 === 0 ? 0 : id + 1, i],
          ]);
        }),
      );
      const good = settled.flatMap((one, i) => (one.status === "fulfilled" ? [i] : []));
      equal(
        good,
        Array.from({ length: WRITERS }, (_, i) => i).filter((i) => i % 3 !== 0),
        "the batches that held",
      );
      const rows = await db.all(`select pair, count(*) as n from ${t} where id > 0 group by pair order by pair`);
      equal(
        rows,
        good.map((pair) => ({ pair, n: 2 })),
        "the pairs",
      );
    },
  },
  {
    name: "two handles on one database wait for each other",
    another: true,
    async run(db, another) {
      const t = await db.table(`id ${db.type("int")} primary key, n ${db.type("int")} not null`);
      await db.run(`insert into ${t} (id, n) values (?, ?)`, 1, 0);
      const increment = async (handle: typeof db) => {
        for (let i = 0; i < 20; i++) await handle.batch([[`update ${t} set n = n + 1 where id = ?`, 1], ["select 1"]]);
      };
      await Promise.all([increment(db), increment(another!), increment(db), increment(another!)]);
      equal(await another!.all(`select n from ${t}`), [{ n: 80 }], "the total");
    },
  },
  {
    name: "opposite lock orders end",
    async run(db) {
      const t = await db.table(`id ${db.type("int")} primary key, n ${db.type("int")} not null`);
      await db.run(`insert into ${t} (id, n) values (?, ?), (?, ?)`, 1, 0, 2, 0);
      const add = `update ${t} set n = n + 1 where id = ?`;
      await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          db.batch(
            i % 2
              ? [
                  [add, 1],
                  [add, 2],
                ]
              : [
                  [add, 2],
                  [add, 1],
                ],
          ),
        ),
      );
      equal(await db.all(`select n from ${t} order by id`), [{ n: 6 }, { n: 6 }], "the totals");
    },
  },
];
