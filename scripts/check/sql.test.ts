import { describe, expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { checkSql } from "./sql.ts";

const FOLDERS = ["sqlite", "postgres"].map((name) => readSource(`packages/db/src/dialects/${name}/a.ts`, ""));

const problemsIn = (code: string, file = "packages/engine/src/a.ts") =>
  checkSql([readSource(file, code), ...FOLDERS]).map((problem) => problem.message);

describe("SQL", () => {
  test.each([
    'driver.run({ sql: "insert into t (a) values (1)", params: [] })',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this string is source code
    "const q = `select a from ${table}`",
    "`\n  SELECT 1 FROM t`",
    "'update t set a = 1'",
    "`delete from t where a = 1`",
    '"create unique index i on t (a)"',
    '"alter table t add column a text"',
    '"with s as (select 1) select * from s"',
    "sql`select a where exists (select 1)`",
    '"select 1"',
  ])("%s is found", (code) => {
    expect(problemsIn(code)).toEqual(["holds SQL: write a repository in packages/db, or the feature's repository.ts"]);
  });

  test.each([
    "// select a from b",
    '"selected fields"',
    '"update"',
    '"the items to update set by set"',
    '"delete"',
    '"create a collection"',
    "const select = null",
  ])("%s is none", (code) => {
    expect(problemsIn(code)).toEqual([]);
  });

  test("db, drivers, their suite, tests and tools may", () => {
    for (const file of [
      "packages/db/src/repositories/a.ts",
      "packages/adapters-sqlite/src/a.ts",
      "packages/conformance/src/sql/a.ts",
      "packages/engine/src/a.test.ts",
      "packages/engine/test/a.ts",
      "tests/fuzz/a.ts",
      "bench/a.ts",
    ]) {
      expect(problemsIn('"select 1 from t"', file)).toEqual([]);
    }
    expect(problemsIn('"select 1 from t"', "apps/server/src/app.ts")).toHaveLength(1);
    expect(problemsIn('"select 1"', "packages/core/src/ports/sql-driver.ts")).toEqual([]);
  });

  test("a feature's files for its tables may, and no other of its files", () => {
    const at = (file: string) => `packages/engine/src/features/${file}`;
    const code = 'import { text } from "@plinth/db/tables"; "select 1 from t"';
    for (const name of ["tables", "migrations", "repository"])
      expect(problemsIn(code, at(`letters/${name}.ts`))).toEqual([]);
    for (const file of [at("letters/index.ts"), at("repository.ts"), "packages/engine/src/read/repository.ts"]) {
      expect(problemsIn(code, file)).toHaveLength(2);
    }
    expect(problemsIn('const n = driver.dialect === "sqlite"', at("letters/repository.ts"))).toHaveLength(1);
  });
});

describe("dialects", () => {
  test.each([
    'if (driver.dialect === "sqlite") f()',
    "const known = { postgres: 1 }",
    "texts.sqlite",
    'type Name = "mysql" | "postgres"',
  ])("%s is found", (code) => {
    expect(problemsIn(code)).toEqual(["names a dialect: ask the record in packages/db/src/dialects"]);
    expect(problemsIn(code, "packages/db/src/compile/a.ts")).toHaveLength(1);
  });

  test.each(['import postgres from "postgres"', '"sqlite://a.db"', "// sqlite", "openSqlite()"])(
    "%s names none",
    (code) => {
      expect(problemsIn(code)).toEqual([]);
    },
  );

  test("their folder, drivers and platforms may", () => {
    for (const file of [
      "packages/db/src/dialects/sqlite/sqlite.ts",
      "packages/adapters-sqlite/src/a.ts",
      "packages/conformance/src/a.ts",
      "apps/server/src/platform/databases.ts",
      "apps/server/src/platform/server/database.ts",
      "packages/db/test/a.ts",
    ]) {
      expect(problemsIn('"sqlite"', file)).toEqual([]);
    }
    expect(problemsIn('"sqlite"', "apps/server/src/config.ts")).toHaveLength(1);
  });
});
