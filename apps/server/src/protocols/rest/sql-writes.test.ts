import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const ENTRY = path.join(import.meta.dirname, "../../entries/bun-statement.ts");
const folder = mkdtempSync(path.join(tmpdir(), "plinth-sql-writes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("while a statement writes, other writes wait, and the server goes on", async () => {
  const file = path.join(folder, "plinth.db");
  const driver = bunSqlite({ path: file, statementCommand: [process.execPath, ENTRY] });
  const world = testApp({ sqlConsole: "write" }, { driver });
  const owner = bearer(await world.signUp("owner@example.com"));
  await world.send("/api/collections", { slug: "books", fields: [{ name: "pages", type: "integer" }] }, owner);
  await world.send("/api/items/books", { pages: 1 }, owner);
  const listed = await world.call("/api/sql/tables", { headers: owner });
  const { data } = (await listed.json()) as { data: { collection: string; table: string }[] };
  const { table } = data.find(({ collection }) => collection === "books")!;
  const endless = "(with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n)";
  const body = { sql: `update ${table} set pages = ${endless}`, mode: "write", timeout_ms: 2000 };
  const running = world.send("/api/sql", body, owner);
  await locked(file);
  const written = world.send("/api/items/books", { pages: 2 }, owner);
  // The limit is this process's to keep: waiting for the lock must not block it.
  expect((await refusalIn(await running)).slice(0, 2)).toEqual([422, "LIMIT_EXCEEDED"]);
  expect((await written).status).toBe(201);
  const count = await world.call("/api/items/books?filter=%7B%22pages%22%3A%7B%22_lte%22%3A2%7D%7D", {
    headers: owner,
  });
  expect(((await count.json()) as { data: unknown[] }).data).toHaveLength(2);
  await driver.close?.();
});

test("a write that ends while it commits has an unknown outcome, also in the history", async () => {
  const script = 'console.log("ready\\ncommitting")';
  const statementCommand = [process.execPath, "-e", script];
  const driver = bunSqlite({ path: path.join(folder, "ended.db"), statementCommand });
  const world = testApp({ sqlConsole: "write" }, { driver });
  const owner = bearer(await world.signUp("owner@example.com"));
  const answer = await world.send("/api/sql", { sql: "delete from x", mode: "write" }, owner);
  expect((await refusalIn(answer)).slice(0, 2)).toEqual([504, "OUTCOME_UNKNOWN"]);
  const history = await world.call("/api/sql/history", { headers: owner });
  const { data } = (await history.json()) as { data: object[] };
  expect(data).toMatchObject([{ outcome: "failed", detail: { code: "OUTCOME_UNKNOWN" } }]);
  await driver.close?.();
});

/** Once another process writes. */
async function locked(file: string): Promise<void> {
  const database = new Database(file, { readwrite: true });
  database.run("pragma busy_timeout = 0");
  for (;;) {
    try {
      database.run("begin immediate");
      database.run("rollback");
    } catch {
      break;
    }
    await Bun.sleep(20);
  }
  database.close();
}
