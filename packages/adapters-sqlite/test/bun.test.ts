import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlDriverSuite } from "@plinth/conformance";
import { bunSqlite } from "../src/bun.ts";
import { mapSqliteError } from "../src/sqlite-errors.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-bun-sqlite-"));
const open = () => bunSqlite({ path: join(folder, "made", "for", "it", "test.db") });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

sqlDriverSuite({ test, dialect: "sqlite", open, openAnother: open, openToClose: open });

test("a database in memory", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  await driver.run({ sql: "create table t (a)", params: [] });
  await driver.close!();
});

test("what a process of the console writes instead of an answer is an error of the statement alone", async () => {
  const statementCommand = [process.execPath, "-e", "console.log('a warning of the system')"];
  const driver = bunSqlite({ path: join(folder, "console.db"), statementCommand });
  const limits = { maxRows: 1, maxBytes: 1000, timeLimitMs: 1000 };
  const statement = { sql: "select 1", params: [], writes: false, explain: false, ...limits };
  await expect(driver.console!(statement)).rejects.toMatchObject({ kind: "unavailable" });
  await expect(driver.console!({ ...statement, writes: true })).rejects.toMatchObject({ kind: "unavailable" });
  await driver.close!();
});

const ANSWER = JSON.stringify({ columns: [], rows: [], truncated: false, changes: 1 });

test.each([
  ["before it commits", ["ready"], "time_limit"],
  ["while it commits", ["ready", "committing"], "outcome_unknown"],
  ["behind a warning, while it commits", ["a warning", "committing"], "outcome_unknown"],
])("the process of a write that is ended %s", async (_, lines, kind) => {
  // The last one ends by itself: it has never said that it is ready.
  const end = lines[0] === "ready" ? "setInterval(() => {}, 1000)" : "process.exit(1)";
  const script = `console.log(${JSON.stringify(lines.join("\n"))}); ${end}`;
  await expect(runAs(script)).rejects.toMatchObject({ kind });
});

test("a write that has answered is done, whatever becomes of its process", async () => {
  const script = `console.log(${JSON.stringify(`ready\ncommitting\n${ANSWER}`)}); setInterval(() => {}, 1000)`;
  expect(await runAs(script)).toEqual(JSON.parse(ANSWER));
});

/** A write by a process that does this. */
async function runAs(script: string) {
  const driver = bunSqlite({
    path: join(folder, "ended.db"),
    statementCommand: [process.execPath, "-e", script],
  });
  const limits = { maxRows: 1, maxBytes: 1000, timeLimitMs: 500 };
  const sql = "update t set a = 1";
  return driver.console!({ sql, params: [], writes: true, explain: false, ...limits }).finally(() => driver.close!());
}

test("two processes wait for each other", async () => {
  const path = join(folder, "shared.db");
  const driver = bunSqlite({ path });
  await driver.batch([
    { sql: "create table counter (n integer)", params: [] },
    { sql: "insert into counter values (0)", params: [] },
  ]);
  const writer = join(import.meta.dir, "writer.ts");
  const processes = [1, 2].map(() => Bun.spawn([process.execPath, writer, path, "300"], { stderr: "inherit" }));
  const increment = { sql: "update counter set n = n + 1", params: [] };
  for (let i = 0; i < 100; i++) await driver.run(increment);
  expect(await Promise.all(processes.map((one) => one.exited))).toEqual([0, 0]);
  expect(await driver.all({ sql: "select n from counter", params: [] })).toEqual([{ n: 700 }]);
  await driver.close!();
});

test("a file that may not grow any more, as by a quota, is a full disk", async () => {
  const command = `ulimit -f 2000; exec "$0" "$1" "$2"`;
  const filler = join(import.meta.dir, "filler.ts");
  const filling = Bun.spawn(["sh", "-c", command, process.execPath, filler, join(folder, "limited.db")]);
  expect((await new Response(filling.stdout).text()).trim()).toBe("disk_full");
  // As node:sqlite says it.
  const error = Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 778 });
  expect(mapSqliteError(error).kind).toBe("disk_full");
  expect(mapSqliteError(Object.assign(error, { errcode: 266 })).kind).toBe("unavailable");
});
