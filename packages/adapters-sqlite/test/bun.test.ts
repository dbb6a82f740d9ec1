import { afterAll, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlDriverSuite } from "@plinth/conformance";
import { bunSqlite } from "../src/bun.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-bun-sqlite-"));
const open = () => bunSqlite({ path: join(folder, "made", "for", "it", "test.db") });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

sqlDriverSuite({ test, dialect: "sqlite", int64: true, open, openAnother: open, openToClose: open });

test("a database in memory", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  await driver.run({ sql: "create table t (a)", params: [] });
  await driver.close!();
});
