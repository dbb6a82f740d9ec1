/** Writes until the database refuses, and prints why. For a process whose files may not grow. */
import process from "node:process";
import { DataError } from "@plinth/core";
import { bunSqlite } from "../src/bun.ts";

const driver = bunSqlite({ path: process.argv[2]! });
await driver.run({ sql: "create table t (a)", params: [] });
try {
  for (let i = 0; i < 100; i++) await driver.run({ sql: "insert into t values (zeroblob(100000))", params: [] });
} catch (error) {
  process.stdout.write(`${error instanceof DataError ? error.kind : error}\n`);
}
await driver.close!();
