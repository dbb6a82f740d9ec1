import type { SqlValue } from "@plinth/core";
import { assert, equal } from "../assert.ts";
import type { ColumnType, TestDatabase } from "./database.ts";
import type { SqlCase } from "./sql-case.ts";

const SAFE = 2n ** 53n - 1n;

export const valueCases: SqlCase[] = [
  {
    name: "integers",
    async run(db) {
      const values: SqlValue[] = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number(SAFE), -Number(SAFE), null];
      await thereAndBack(db, "int", values);
      // A bigint that fits a number is returned as one.
      await thereAndBack(db, "int", [5n, -SAFE], [5, -Number(SAFE)]);
    },
  },
  {
    name: "integers beyond 2^53",
    run: (db) => thereAndBack(db, "int", [SAFE + 1n, SAFE + 2n, -SAFE - 1n, -SAFE - 2n, 2n ** 63n - 1n, -(2n ** 63n)]),
  },
  {
    name: "integers beyond 2^53 by returning",
    async run(db) {
      const t = await db.table(`v ${db.type("int")}, w ${db.type("int")}`);
      const insert = `insert into ${t} (v, w) values (?, ?) returning v, w`;
      const expected = { v: SAFE + 2n, w: 7 };
      equal((await db.run(insert, SAFE + 2n, 7)).rows, [expected], "run");
      equal((await db.batch([[insert, SAFE + 2n, 7]]))[0]!.rows, [expected], "batch");
      equal(await db.all(`select v, w from ${t}`), [expected, expected], "all");
    },
  },
  {
    name: "floats",
    run: (db) =>
      thereAndBack(db, "float", [0.1, -1.5, 1 / 3, -0, 1e308, -1e308, 5e-324, 123456789.123, 2 ** 60, 3, null]),
  },
  {
    name: "decimals as text",
    run: (db) => thereAndBack(db, "decimal", ["12345678901234567890.123456789", "-0.10", "0", "100", null]),
  },
  {
    name: "booleans",
    run: (db) =>
      thereAndBack(db, "bool", [true, false, null], db.driver.dialect === "sqlite" ? [1, 0, null] : undefined),
  },
  {
    name: "JSON as its text",
    async run(db) {
      const texts = [
        '{"a": [1, 2.5, "x", null, true], "ü": "😀"}',
        "[]",
        '"plain"',
        "12",
        "null",
        "true",
        '{"q":"\\"\'"}',
      ];
      const rows = await store(db, "json", texts);
      for (const [i, { v }] of rows.entries()) {
        equal(typeof v, "string", `type of ${texts[i]}`);
        equal(JSON.parse(v as string), JSON.parse(texts[i]!), "parsed");
      }
      equal(await store(db, "json", [null]), [{ v: null }], "null");
    },
  },
  {
    name: "times in UTC",
    run(db) {
      const stored = ["2024-05-01T08:00:00.000Z", "1999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z", null];
      return thereAndBack(db, "time", stored);
    },
  },
  {
    name: "times with a zone",
    // SQLite stores them as texts, and returns what was stored.
    dialect: "postgres",
    run(db) {
      const zoned = ["2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00.123999Z", "2024-05-01 00:30:00-05:30"];
      const utc = ["2024-05-01T08:00:00.000Z", "2024-05-01T08:00:00.123Z", "2024-05-01T06:00:00.000Z"];
      return thereAndBack(db, "time", zoned, utc);
    },
  },
  {
    name: "dates",
    run: (db) => thereAndBack(db, "date", ["2024-02-29", "1970-01-01", "9999-12-31", null]),
  },
  {
    name: "uuids",
    run: (db) => thereAndBack(db, "uuid", ["018f3a5e-7c1b-7d3e-9a2b-0123456789ab", null]),
  },
  {
    name: "texts of every script",
    run: (db) =>
      thereAndBack(db, "text", [
        "",
        " ",
        "ä ö ü ß",
        "e\u0301 vs \u00e9",
        "👩‍👩‍👧‍👦 𝒳 🇨🇭",
        "שלום عربي",
        "日本語",
        "\t\r\n\u0001\u2028\ufeff",
      ]),
  },
  {
    name: "texts that look like something else",
    async run(db) {
      const texts = [
        "2024-01-01",
        "2024-01-01T00:00:00Z",
        "true",
        "t",
        "123",
        "00012",
        "1e5",
        "NULL",
        "{1,2}",
        '{"a":1}',
        "\\x00",
      ];
      await thereAndBack(db, "text", texts);
    },
  },
  {
    name: "SQL in a text stays a text",
    async run(db) {
      const kept = await db.table("a integer");
      const texts = [
        `'; drop table ${kept}; --`,
        `"; drop table ${kept}; --`,
        "a'b\"c`d",
        "$1 ? :x @y",
        "\\'; --",
        "%_\\",
      ];
      await thereAndBack(db, "text", texts);
      equal(await db.all(`select a from ${kept}`), [], "the table");
    },
  },
  {
    name: "a text of 1 MB",
    async run(db) {
      const text = "0123456789abcdé\n".repeat(65_536);
      const [row] = await store(db, "text", [text]);
      assert(row!.v === text, "the text has changed");
    },
  },
  {
    name: "bytes",
    run: (db) =>
      thereAndBack(db, "bytes", [
        Uint8Array.from({ length: 256 }, (_, i) => i),
        new Uint8Array(0),
        new Uint8Array(70_000).fill(255),
        null,
      ]),
  },
];

async function thereAndBack(db: TestDatabase, type: ColumnType, stored: SqlValue[], expected = stored): Promise<void> {
  const rows = await store(db, type, stored);
  for (const [i, value] of expected.entries()) equal(rows[i]!.v, value, `${type} ${String(stored[i]).slice(0, 50)}`);
}

/** Stores each value by `run` and by `batch` and compares the two; returns what `all` reads. */
async function store(db: TestDatabase, type: ColumnType, values: SqlValue[]) {
  const t = await db.table(`id ${db.type("int")} primary key, v ${db.type(type)}`);
  const insert = `insert into ${t} (id, v) values (?, ${db.parameter(type)}) returning v`;
  for (const [i, value] of values.entries()) {
    const single = await db.run(insert, i, value);
    const [batched] = await db.batch([[insert, i + values.length, value], ["select 1"]]);
    equal(batched!.rows, single.rows, "batch and run");
  }
  const rows = await db.all(`select v from ${t} order by id`);
  equal(rows.slice(values.length), rows.slice(0, values.length), "stored by batch and by run");
  return rows.slice(0, values.length);
}
