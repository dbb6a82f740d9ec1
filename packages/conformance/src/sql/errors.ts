import { equal, failsWith } from "../assert.ts";
import type { SqlStatement, TestDatabase } from "./database.ts";
import type { SqlCase } from "./sql-case.ts";

export const errorCases: SqlCase[] = [
  {
    name: "unique names its column",
    async run(db) {
      const t = await db.table("id integer primary key, email text unique");
      await db.run(`insert into ${t} (id, email) values (?, ?)`, 1, "a");
      const errors = await failsTwice(db, "unique", [`insert into ${t} (id, email) values (?, ?)`, 2, "a"]);
      for (const error of errors) equal(error.columns, ["email"], "columns");
      const [error] = await failsTwice(db, "unique", [`insert into ${t} (id, email) values (?, ?)`, 1, "b"]);
      equal(error!.columns, ["id"], "columns of the primary key");
    },
  },
  {
    name: "unique names several columns",
    async run(db) {
      const t = await db.table("a integer not null, b text not null, unique (a, b)");
      await db.run(`insert into ${t} (a, b) values (?, ?)`, 1, "x)=(y, z");
      const errors = await failsTwice(db, "unique", [`insert into ${t} (a, b) values (?, ?)`, 1, "x)=(y, z"]);
      for (const error of errors) equal(error.columns, ["a", "b"], "columns");
    },
  },
  {
    name: "foreign_key, both ways",
    async run(db) {
      const parent = await db.table("id integer primary key");
      const child = await db.table(
        `id integer primary key, parent integer not null references ${parent} (id) on delete restrict`,
      );
      await db.run(`insert into ${parent} (id) values (?)`, 1);
      await db.run(`insert into ${child} (id, parent) values (?, ?)`, 1, 1);
      await failsTwice(db, "foreign_key", [`insert into ${child} (id, parent) values (?, ?)`, 2, 99]);
      await failsTwice(db, "foreign_key", [`delete from ${parent} where id = ?`, 1]);
    },
  },
  {
    name: "not_null names its column",
    async run(db) {
      const t = await db.table("id integer primary key, title text not null");
      const errors = await failsTwice(db, "not_null", [`insert into ${t} (id, title) values (?, ?)`, 1, null]);
      for (const error of errors) equal(error.columns, ["title"], "columns");
    },
  },
  {
    name: "check",
    async run(db) {
      const t = await db.table("n integer check (n > 0)");
      await failsTwice(db, "check", [`insert into ${t} (n) values (?)`, -1]);
    },
  },
  {
    name: "a guard stops the batch and gives its label",
    async run(db) {
      const t = await db.table("id integer primary key");
      const { guard, clean } = await guardFor(db);
      const insert: SqlStatement = [`insert into ${t} (id) values (?)`, 1];
      for (const label of ["rule:posts.update", "if-match"]) {
        const error = await failsWith(
          db.batch([insert, guard(`exists (select 1 from ${t} where id = 2)`, label)]),
          "guard",
        );
        equal(error.guard, label, "label");
        if (error.statementIndex !== undefined) equal(error.statementIndex, 1, "statementIndex");
        equal(await db.all(`select id from ${t}`), [], "rows after the guard");
      }
      await db.batch([insert, guard(`exists (select 1 from ${t} where id = 1)`, "holds")]);
      equal(await db.all(`select id from ${t}`), [{ id: 1 }], "rows where the guard holds");
      await clean();
    },
  },
  {
    name: "wrong SQL is unknown, and the driver goes on",
    async run(db) {
      await failsWith(db.all("selec 1"), "unknown");
      await failsWith(db.run("insert into no_such_table_here values (1)"), "unknown");
      await failsWith(db.batch([["selec 1"]]), "unknown");
      equal(await db.all("select 1 as one"), [{ one: 1 }], "the next statement");
    },
  },
];

/** Alone, and as the second statement of a batch. */
async function failsTwice(db: TestDatabase, kind: Parameters<typeof failsWith>[1], statement: SqlStatement) {
  const alone = await failsWith(db.run(...statement), kind);
  const inBatch = await failsWith(db.batch([["select 1"], statement, ["select 2"]]), kind);
  if (inBatch.statementIndex !== undefined) equal(inBatch.statementIndex, 1, "statementIndex");
  return [alone, inBatch];
}

/** A statement that fails unless its condition holds, as each dialect's compiler writes it. */
async function guardFor(db: TestDatabase) {
  if (db.driver.dialect === "sqlite") {
    return {
      guard: (condition: string, label: string): SqlStatement => [
        `select case when (${condition}) then 1 else json_extract('{}', ?) end`,
        `plinth_guard:${label}`,
      ],
      clean: async () => {},
    };
  }
  const name = db.name("guard");
  await db.run(`create function ${name}(label text) returns integer language plpgsql as
    'begin raise exception using errcode = ''PLG01'', message = ''plinth_guard:'' || label; end'`);
  return {
    guard: (condition: string, label: string): SqlStatement => [
      `select case when (${condition}) then 1 else ${name}(?) end`,
      label,
    ],
    clean: async () => void (await db.run(`drop function ${name}(text)`)),
  };
}
